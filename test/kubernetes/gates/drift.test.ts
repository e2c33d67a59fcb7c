import { describe, expect, test } from "vitest";
import type { KubernetesObject } from "../../../components/kubernetes/objects/object";
import { drift } from "../../../components/kubernetes/gates/drift";
import { unavailable } from "../../../components/upgrade/observation";
import type { FieldOwner, FieldSet } from "../../../components/kubernetes/objects/owned-fields";
import { cluster, live } from "../../upgrade/gates/facts";
import { spoken } from "../../upgrade/gates/findings";

const at = "context prod, namespace smoltbot";
const wanted: KubernetesObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "gateway", labels: { app: "gateway" } },
  spec: {
    replicas: 2,
    template: {
      metadata: { annotations: { checksum: "1" } },
      spec: {
        tolerations: [{ key: "pool", operator: "Exists", effect: "" }],
        containers: [
          {
            name: "gateway",
            image: "gateway:1.0.0",
            ports: [{ containerPort: 8787 }],
            args: ["--port", "8787"],
            env: [
              { name: "LEVEL", value: "info" },
              { name: "ROLE", value: "gateway" },
            ],
            startupProbe: { periodSeconds: 5 },
            securityContext: { readOnlyRootFilesystem: false },
          },
        ],
      },
    },
  },
};
type Tree = Record<string, unknown>;
const podOf = (spec: Tree): Tree => (spec["template"] as { readonly spec: Tree }).spec;
/** The object as it lives, after a change to a copy of it. */
const after = (change: (spec: Tree, container: Tree) => void): unknown => {
  const copy = structuredClone(wanted) as unknown as {
    spec: Tree & { template: { spec: { containers: Tree[] } } };
  };
  change(copy.spec, copy.spec.template.spec.containers[0]!);
  return copy;
};
const inContainer = (fields: FieldSet): FieldSet => ({
  "f:spec": {
    "f:template": { "f:spec": { "f:containers": { 'k:{"name":"gateway"}': fields } } },
  },
});
const by = (manager: string, fields: FieldSet, subresource = ""): FieldOwner => ({
  manager,
  subresource,
  fields,
});
const ours = by("pulumi-kubernetes-1a2b3c4d", inContainer({ ".": {}, "f:name": {} }));
const say = (owners: readonly FieldOwner[], content: unknown, unchanged = false) =>
  spoken(
    drift({
      cluster: cluster({ live: [live({ owners, content })] }),
      objects: [wanted],
      unchanged,
      namespace: "smoltbot",
      at,
    }),
  );
const silent = [`pass ${at}: 1 object, none changed by somebody else`];

describe("what somebody changed is told with object, field and writer", () => {
  test("an image by kubectl set image", () => {
    const content = after((_, container) => (container["image"] = "gateway:0.9.0"));
    expect(say([ours, by("kubectl-set", inContainer({ "f:image": {} }))], content)).toEqual([
      "warn Deployment/gateway spec.template.spec.containers[gateway].image: gateway:0.9.0 in place of gateway:1.0.0, written by kubectl-set",
    ]);
  });

  test("replicas by kubectl scale", () => {
    const content = after((spec) => (spec["replicas"] = 5));
    const owner = by("kubectl", { "f:spec": { "f:replicas": {} } }, "scale");
    expect(say([ours, owner], content)).toEqual([
      "warn Deployment/gateway spec.replicas: 5 in place of 2, written by kubectl",
    ]);
  });

  test("a changed variable, without its value", () => {
    const content = after(
      (_, container) => (container["env"] = [{ name: "ROLE", value: "hunter2" }]),
    );
    const env = { "f:env": { 'k:{"name":"ROLE"}': { "f:value": {} } } };
    expect(say([ours, by("kubectl-edit", inContainer(env))], content)).toEqual([
      "warn Deployment/gateway spec.template.spec.containers[gateway].env[ROLE].value: another value, written by kubectl-edit",
    ]);
  });

  test("an added variable, once and not part by part", () => {
    const env = { "f:env": { 'k:{"name":"DEBUG"}': { ".": {}, "f:name": {}, "f:value": {} } } };
    expect(say([ours, by("kubectl-edit", inContainer(env))], wanted)).toEqual([
      "warn Deployment/gateway spec.template.spec.containers[gateway].env[DEBUG]: a value that was set by hand, written by kubectl-edit",
    ]);
  });

  test("a value by another tool than kubectl", () => {
    const content = after((spec) => (spec["replicas"] = 9));
    expect(say([ours, by("keda", { "f:spec": { "f:replicas": {} } })], content)).toEqual([
      "warn Deployment/gateway spec.replicas: 9 in place of 2, written by keda",
    ]);
  });

  test("a list or a map that has one writer as a whole, where an item is another, or one more or one less", () => {
    const field = "spec.template.spec.containers[gateway].args";
    const told = (args: unknown) =>
      say(
        [ours, by("kubectl-edit", inContainer({ "f:args": {} }))],
        after((_, container) => (container["args"] = args)),
      );
    const another = [`warn Deployment/gateway ${field}: another value, written by kubectl-edit`];
    expect(told(["--port", "1"])).toEqual(another);
    expect(told(["--port"])).toEqual(another);
    expect(told(["--port", "8787", "--debug"])).toEqual(another);
    expect(told(["--port", 8787])).toEqual(silent);
  });

  test("a toleration that is another, and not what the API server fills in", () => {
    const fields = { "f:spec": { "f:template": { "f:spec": { "f:tolerations": {} } } } };
    const told = (toleration: Tree) =>
      say(
        [ours, by("kubectl-edit", fields)],
        after((spec) => (podOf(spec)["tolerations"] = [toleration])),
      );
    expect(told({ key: "pool", operator: "Exists", effect: "NoSchedule" })).toEqual(silent);
    expect(told({ key: "pool", operator: "Equal" })).toEqual([
      "warn Deployment/gateway spec.template.spec.tolerations: another value, written by kubectl-edit",
    ]);
  });

  test("a switch with both values, and a number without them where a text took its place", () => {
    const content = after((_, container) => {
      container["securityContext"] = { readOnlyRootFilesystem: true };
      container["startupProbe"] = { periodSeconds: "hunter2" };
    });
    const fields = {
      "f:securityContext": { "f:readOnlyRootFilesystem": {} },
      "f:startupProbe": { "f:periodSeconds": {} },
    };
    expect(say([ours, by("kubectl-edit", inContainer(fields))], content)).toEqual([
      "warn Deployment/gateway spec.template.spec.containers[gateway].securityContext.readOnlyRootFilesystem: true in place of false, written by kubectl-edit",
      "warn Deployment/gateway spec.template.spec.containers[gateway].startupProbe.periodSeconds: another value, written by kubectl-edit",
    ]);
  });

  test("two fields, each once, though one of them has two writers", () => {
    const content = after((spec, container) => {
      spec["replicas"] = 9;
      container["image"] = "gateway:0.9.0";
    });
    const owners = [
      by("keda", { "f:spec": { "f:replicas": {} } }),
      by("kubectl-set", inContainer({ "f:image": {} })),
      by("helm", inContainer({ "f:image": {} })),
    ];
    expect(say([ours, ...owners], content)).toEqual([
      "warn Deployment/gateway spec.replicas: 9 in place of 2, written by keda",
      "warn Deployment/gateway spec.template.spec.containers[gateway].image: gateway:0.9.0 in place of gateway:1.0.0, written by kubectl-set",
    ]);
  });

  test("one of two variables that was taken away, by its name", () => {
    const content = after(
      (_, container) => (container["env"] = [{ name: "LEVEL", value: "info" }]),
    );
    expect(say([ours], content, true)).toEqual([
      "warn Deployment/gateway spec.template.spec.containers[gateway].env[ROLE]: a field that was taken away",
    ]);
  });

  test("what was taken away, where the same was verified before", () => {
    const content = after((_, container) => delete container["env"]);
    expect(say([ours], content, true)).toEqual([
      "warn Deployment/gateway spec.template.spec.containers[gateway].env: a field that was taken away",
    ]);
    expect(say([ours], content)).toEqual(silent);
  });

  test("an object that is gone, where the same was verified before", () => {
    const question = { objects: [wanted], namespace: "smoltbot", at };
    expect(spoken(drift({ ...question, cluster: cluster(), unchanged: true }))).toEqual([
      "warn Deployment/gateway: no such object any more",
    ]);
    expect(spoken(drift({ ...question, cluster: cluster(), unchanged: false }))).toEqual([
      `pass ${at}: 0 objects, none changed by somebody else`,
    ]);
  });
});

test("the way out is a refresh and an up where up takes the field back, and the writer himself where it would fail", () => {
  const fixes = (owner: FieldOwner, content: unknown, unchanged = false) =>
    drift({
      cluster: cluster({ live: [live({ owners: [ours, owner], content })] }),
      objects: [wanted],
      unchanged,
      namespace: "smoltbot",
      at,
    }).map(({ fix }) => fix.split("; to undo it, ")[1]);
  const scaled = after((spec) => (spec["replicas"] = 5));
  const replicas = { "f:spec": { "f:replicas": {} } };
  expect(fixes(by("kubectl-edit", replicas), scaled)).toEqual([
    "run pulumi refresh and then pulumi up; up alone does not see it",
  ]);
  expect(fixes(by("kubectl", replicas, "scale"), scaled)[0]).toMatch(/^set it back with kubectl/);
  expect(fixes(by("keda", replicas), scaled)[0]).toMatch(/^set it back by keda/);
  const taken = after((spec) => delete spec["replicas"]);
  expect(fixes(by("kubectl-edit", {}), taken, true)).toEqual([
    "run pulumi refresh and then pulumi up; up alone does not see it",
  ]);
});

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

test("a cluster that could not be seen is an answer of its own", () => {
  const findings = drift({
    cluster: unavailable("connection refused"),
    objects: [],
    unchanged: true,
    namespace: "smoltbot",
    at,
  });
  expect(spoken(findings)).toEqual([`unknown ${at}: no look at the objects: connection refused`]);
});
