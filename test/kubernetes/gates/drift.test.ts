import { describe, expect, test } from "vitest";
import { drift } from "../../../components/kubernetes/gates/drift";
import type { FieldOwner } from "../../../components/kubernetes/objects/owned-fields";
import { unavailable } from "../../../components/upgrade/observation";
import { cluster, live } from "../../upgrade/gates/facts";
import { spoken } from "../../upgrade/gates/findings";
import { at, wanted, podOf, after, inContainer, by, ours, say, silent, type Tree } from "./drifted";

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
