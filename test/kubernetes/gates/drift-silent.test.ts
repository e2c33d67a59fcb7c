import { describe, expect, test } from "vitest";
import { drift } from "../../../components/kubernetes/gates/drift";
import type { FieldOwner } from "../../../components/kubernetes/objects/owned-fields";
import { cluster, live } from "../../upgrade/gates/facts";
import { spoken } from "../../upgrade/gates/findings";
import { at, wanted, after, inContainer, by, ours, say, silent, type Tree } from "./drifted";

describe("no alarm is raised by", () => {
  const note = { "f:metadata": { "f:annotations": { "f:owner": {} } } };
  const restarted = { "f:annotations": { ".": {}, "f:kubectl.kubernetes.io/restartedAt": {} } };
  test.each<readonly [string, readonly FieldOwner[], unknown]>([
    ["the status", [by("kube-controller-manager", { "f:status": {} }, "status")], wanted],
    [
      "an annotation of a controller",
      [
        by("kube-controller-manager", {
          "f:metadata": { "f:annotations": { "f:deployment.kubernetes.io/revision": {} } },
        }),
      ],
      wanted,
    ],
    [
      "a restart by kubectl",
      [by("kubectl-rollout", { "f:spec": { "f:template": { "f:metadata": restarted } } })],
      wanted,
    ],
    ["a note by kubectl annotate", [by("kubectl-annotate", note)], wanted],
    ["a field that a controller adds", [by("vpa", { "f:spec": { "f:paused": {} } })], wanted],
    ["a co-owner who wants what we want", [by("helm", inContainer({ "f:image": {} }))], wanted],
    [
      "the release before, whose fields are still ours",
      [
        by("pulumi-kubernetes-1a2b3c4d", inContainer({ "f:image": {} })),
        by("helm", inContainer({ "f:image": {} })),
      ],
      after((_, container) => (container["image"] = "gateway:0.9.0")),
    ],
    [
      "defaults of the API server",
      [],
      after((_, container) => {
        container["imagePullPolicy"] = "IfNotPresent";
        container["ports"] = [{ containerPort: 8787, protocol: "TCP" }];
        container["securityContext"] = {};
      }),
    ],
  ])("%s", (_name, others, content) => {
    expect(say([ours, ...others], content, true)).toEqual(silent);
  });

  test.each([undefined, null, "", 0, false, [], {}, { preStop: { command: [] } }])(
    "a field that is empty and that the API server leaves out: %j",
    (lifecycle) => {
      const objects = [{ ...wanted, spec: { lifecycle } }];
      const there = cluster({ live: [live({ owners: [ours], content: { ...wanted, spec: {} } })] });
      const question = { cluster: there, objects, unchanged: true, namespace: "smoltbot", at };
      expect(spoken(drift(question))).toEqual(silent);
    },
  );

  test("a Secret, whose content is never looked at", () => {
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "keys" },
      data: { KEY: "a" },
    };
    const key = "v1/Secret/smoltbot/keys";
    const there = cluster({ live: [live({ key, owners: [ours], content: undefined })] });
    const question = {
      cluster: there,
      objects: [secret],
      unchanged: true,
      namespace: "smoltbot",
      at,
    };
    expect(spoken(drift(question))).toEqual(silent);
  });

  test("an object that this program has never applied", () => {
    const content = after((spec) => (spec["replicas"] = 9));
    expect(say([by("helm", { "f:spec": { "f:replicas": {} } })], content)).toEqual(silent);
  });

  test("replicas that an autoscaler chooses", () => {
    const spec = { ...(wanted["spec"] as Tree), replicas: undefined };
    const findings = drift({
      cluster: cluster({
        live: [
          live({
            owners: [ours, by("kubectl", { "f:spec": { "f:replicas": {} } }, "scale")],
            content: wanted,
          }),
        ],
      }),
      objects: [{ ...wanted, spec }],
      unchanged: true,
      namespace: "smoltbot",
      at,
    });
    expect(spoken(findings)).toEqual(silent);
  });
});
