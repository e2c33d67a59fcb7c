import { describe, expect, test } from "vitest";
import { drainGracefully } from "../../../components/kubernetes/edits/drain-gracefully";
import { HELD_AT, holdOrdinals } from "../../../components/kubernetes/edits/hold-ordinals";
import { leaveReplicasToAutoscaler } from "../../../components/kubernetes/edits/leave-replicas-to-autoscaler";
import { rollOnSecretChange } from "../../../components/kubernetes/edits/roll-on-secret-change";
import { rollWithoutLoss } from "../../../components/kubernetes/edits/roll-without-loss";
import { withoutHttp } from "../../../components/kubernetes/edits/without-http";
import type { Workload } from "../../../components/kubernetes/edits/workload";

const workload: Workload = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "gateway" },
  spec: {
    replicas: 2,
    template: {
      metadata: { annotations: { theirs: "kept" } },
      spec: {
        serviceAccountName: "kept",
        containers: [
          {
            name: "gateway",
            image: "gateway:1.0.0",
            env: [],
            ports: [{ containerPort: 8787 }],
            livenessProbe: {},
            readinessProbe: {},
            startupProbe: {},
          },
        ],
      },
    },
  },
};

describe("a workload of the chart", () => {
  test("drains before it stops, with a grace that covers drain, open requests and a margin (S-54)", () => {
    const { spec } = drainGracefully(10)(workload).spec.template;
    expect(spec["terminationGracePeriodSeconds"]).toBe(30);
    expect(spec.containers[0]?.["lifecycle"]).toEqual({
      preStop: { exec: { command: ["sleep", "10"] } },
    });
    expect(spec["serviceAccountName"]).toBe("kept");
  });

  test("never gives up an old pod before its successor serves (S-54)", () => {
    expect(rollWithoutLoss("100%")(workload).spec.strategy).toEqual({
      type: "RollingUpdate",
      rollingUpdate: { maxSurge: "100%", maxUnavailable: 0 },
    });
  });

  test("rolls when a secret changes, and keeps the chart's own annotations (T-16)", () => {
    const annotations = (checksum: string) =>
      rollOnSecretChange(checksum)(workload).spec.template.metadata?.annotations;
    expect(annotations("a")).toEqual({ theirs: "kept", "gateways/secret-checksum": "a" });
    expect(annotations("a")).not.toEqual(annotations("b"));
  });

  test("under an autoscaler declares no replicas (S-52)", () => {
    expect(leaveReplicasToAutoscaler(workload).spec.replicas).toBeUndefined();
  });

  test("that opens no port loses its probes and its port, and nothing else (T-01)", () => {
    expect(withoutHttp(workload).spec.template.spec.containers).toEqual([
      { name: "gateway", image: "gateway:1.0.0", env: [] },
    ]);
  });

  test("is never changed in place: every edit gives a new one", () => {
    const before = JSON.stringify(workload);
    for (const edit of [
      drainGracefully(5),
      rollWithoutLoss(1),
      withoutHttp,
      rollOnSecretChange("x"),
    ]) {
      edit(workload);
    }
    expect(JSON.stringify(workload)).toBe(before);
  });
});

describe("a StatefulSet of the chart", () => {
  const held = (most?: number, replicas: number | undefined = 3) => {
    const { spec, metadata } = holdOrdinals(most)({
      ...workload,
      kind: "StatefulSet",
      spec: { ...workload.spec, replicas },
    });
    return [spec.updateStrategy, metadata.annotations?.[HELD_AT]];
  };
  const at = (partition: number) => [
    { type: "RollingUpdate", rollingUpdate: { partition } },
    String(partition),
  ];

  test("holds every ordinal, so that a new template replaces no pod, and notes where it rests (B-06)", () => {
    expect(held()).toEqual(at(3));
    expect(held(undefined, 0)).toEqual(at(0));
  });

  test("under an autoscaler holds as many as that may make", () => {
    const { spec } = leaveReplicasToAutoscaler({ ...workload, kind: "StatefulSet" });
    const { updateStrategy } = holdOrdinals(20)({ ...workload, kind: "StatefulSet", spec }).spec;
    expect(updateStrategy).toEqual(at(20)[0]);
  });
});
