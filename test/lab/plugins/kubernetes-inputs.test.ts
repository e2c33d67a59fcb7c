import { describe, expect, test } from "vitest";
import type { CheckCall, DiffCall } from "./protocol/handlers";
import { hasSecret, secret, UNKNOWN, type PropertyMap } from "./protocol/values";
import { deadlineSeconds } from "./kubernetes/await/await-ready";
import { check } from "./kubernetes/check";
import { toCheckpoint } from "./kubernetes/checkpoint";
import { checkConfig, diffConfig } from "./kubernetes/config-rpc";
import { takeOver, withIgnoredFields } from "./kubernetes/field-managers";
import { readOptions } from "./kubernetes/options";
import { mapAt, textAt } from "./kubernetes/paths";
import type { Session } from "./kubernetes/session";

// What becomes of inputs, state and field managers. Without a cluster.

const session: Session = {
  options: readOptions({}),
  defaultNamespace: "home",
  cluster: { unreachable: "there is none" },
};

function call(type: string, news: PropertyMap, olds: PropertyMap = {}): CheckCall {
  return {
    urn: `urn:pulumi:s::p::${type}::it`,
    type,
    name: "it",
    log: () => undefined,
    signal: new AbortController().signal,
    olds,
    news,
    randomSeed: new Uint8Array([1, 2, 3]),
  };
}

const configMap = { apiVersion: "v1", kind: "ConfigMap" };
const type = "kubernetes:core/v1:ConfigMap";

describe("checked inputs", () => {
  test("name an object by the seed, mark that, and keep the name in the next run", async () => {
    const { inputs } = await check(session, call(type, configMap));
    const again = await check(session, call(type, configMap));
    expect(textAt(inputs, "metadata", "name")).toMatch(/^it-[0-9a-f]{8}$/);
    expect(again.inputs).toEqual(inputs);
    expect(mapAt(inputs, "metadata", "annotations")).toEqual({ "pulumi.com/autonamed": "true" });
    const later = await check(session, {
      ...call(type, configMap, inputs),
      randomSeed: new Uint8Array(),
    });
    expect(later.inputs).toEqual(inputs);
  });

  test("put an object into the default namespace, unless its kind has none or the program names one", async () => {
    const namespaceOf = async (news: PropertyMap, of = type) =>
      textAt((await check(session, call(of, news))).inputs, "metadata", "namespace");
    expect(await namespaceOf(configMap)).toBe("home");
    expect(await namespaceOf({ ...configMap, metadata: { namespace: "trial" } })).toBe("trial");
    const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole" };
    expect(await namespaceOf(role, "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole")).toBe("");
  });

  test("keep what is secret secret and what is unknown unknown", async () => {
    const metadata = { name: "it", namespace: UNKNOWN };
    const { inputs } = await check(
      session,
      call(type, { ...configMap, metadata, data: { a: secret("1"), b: UNKNOWN, c: "2" } }),
    );
    expect(inputs["metadata"]).toEqual(metadata);
    expect(inputs["data"]).toEqual({ a: secret("1"), b: UNKNOWN, c: "2" });
  });

  test("turn the text of a Secret into secret data", async () => {
    const news = { apiVersion: "v1", kind: "Secret", stringData: { a: "1" }, data: { b: "Mg==" } };
    const { inputs } = await check(session, call("kubernetes:core/v1:Secret", news));
    expect(inputs["stringData"]).toBeUndefined();
    expect(inputs["data"]).toEqual(secret({ a: "MQ==", b: "Mg==" }));
  });

  test.each([
    ["kubernetes:helm.sh/v3:Release", /does not support helm.v3.Release; use the official plugin/],
    ["kubernetes:apps/v1:DeploymentPatch", /does not support Patch resources/],
    ["kubernetes:core/v1:ConfigMapList", /Use the underlying resource type instead/],
    ["kubernetes:v1:Service", /apiVersion does not have both a group and a version: "v1"/],
  ])("of %s are refused", async (refused, words) => {
    await expect(check(session, call(refused, configMap))).rejects.toThrow(words);
  });
});

describe("a state", () => {
  const provenance = { initialApiVersion: "v1", fieldManager: "m" };

  test("is secret where the inputs are, and a list with a secret as a whole", () => {
    const inputs = { ...configMap, data: { a: "1", b: "2" }, list: ["3", "4"] };
    const source = { ...configMap, data: { a: secret("1"), b: "2" }, list: ["3", secret("4")] };
    const state = toCheckpoint(inputs, { ...inputs, status: {} }, source, provenance);
    expect(state["data"]).toEqual({ a: secret("1"), b: "2" });
    expect(state["list"]).toEqual(secret(["3", "4"]));
    expect(mapAt(state, "__inputs", "data")).toEqual({ a: secret("1"), b: "2" });
  });

  test("of a Secret is secret although the program did not say so", () => {
    const inputs = { apiVersion: "v1", kind: "Secret", data: { a: "MQ==" } };
    const state = toCheckpoint(inputs, inputs, inputs, provenance);
    expect(state["data"]).toEqual(secret({ a: "MQ==" }));
    expect(hasSecret(mapAt(state, "__inputs")["data"])).toBe(true);
  });
});

describe("field managers", () => {
  const entry = (
    manager: string,
    operation: string,
    fieldsV1: PropertyMap,
    more: PropertyMap = {},
  ) => ({
    manager,
    operation,
    apiVersion: "v1",
    fieldsV1,
    ...more,
  });
  const live = (...managedFields: readonly PropertyMap[]) => ({
    ...configMap,
    metadata: { name: "it", managedFields },
  });

  test("of kubectl and of plain creates are taken over, others and subresources are left", () => {
    const helm = entry("helm", "Update", { "f:data": { "f:c": {} } });
    const scale = entry("kubectl", "Update", { "f:spec": {} }, { subresource: "scale" });
    const object = live(
      helm,
      scale,
      entry("pulumi-kubernetes", "Update", { "f:data": { "f:a": {} } }),
      entry("kubectl-client-side-apply", "Update", { "f:data": { "f:b": {} } }),
    );
    const taken = takeOver(object, "pulumi-kubernetes-1") ?? [];
    expect(taken.slice(0, 2)).toEqual([helm, scale]);
    expect(taken[2]).toMatchObject({
      manager: "pulumi-kubernetes-1",
      operation: "Apply",
      fieldsV1: { "f:data": { "f:a": {}, "f:b": {} } },
    });
    expect(takeOver(live(helm), "pulumi-kubernetes-1")).toBeUndefined();
  });

  test("of others keep an ignored field, and an own ignored field keeps its live value", () => {
    const inputs = { ...configMap, spec: { replicas: 1, paused: true } };
    const object = {
      ...live(
        entry("scaler", "Update", { "f:spec": { "f:replicas": {} } }),
        entry("m", "Apply", { "f:spec": { "f:paused": {} } }),
      ),
      spec: { replicas: 5, paused: false },
    };
    const sent = withIgnoredFields(inputs, object, ["spec.replicas", "spec.paused"], "m");
    expect(sent["spec"]).toEqual({ paused: false });
  });
});

describe("the provider's own inputs", () => {
  const kubeconfig = (server: string, token: string) =>
    JSON.stringify({
      clusters: [{ name: "c", cluster: { server } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      users: [{ name: "u", user: { token } }],
      "current-context": "x",
    });
  const about = (olds: PropertyMap, news: PropertyMap): DiffCall => ({
    ...call("pulumi:providers:kubernetes", news, olds),
    id: "1",
    oldInputs: olds,
    ignoreChanges: [],
  });

  test.each<[string, PropertyMap, PropertyMap, readonly string[]]>([
    [
      "another server",
      { kubeconfig: kubeconfig("https://a", "1") },
      { kubeconfig: kubeconfig("https://b", "1") },
      ["kubeconfig"],
    ],
    [
      "another token",
      { kubeconfig: kubeconfig("https://a", "1") },
      { kubeconfig: kubeconfig("https://a", "2") },
      [],
    ],
    [
      "another server under the same identifier",
      { clusterIdentifier: "i", kubeconfig: kubeconfig("https://a", "1") },
      { clusterIdentifier: "i", kubeconfig: kubeconfig("https://b", "1") },
      [],
    ],
    [
      "another identifier",
      { clusterIdentifier: "i" },
      { clusterIdentifier: "j" },
      ["clusterIdentifier"],
    ],
    [
      "a kubeconfig that is not known yet",
      { kubeconfig: kubeconfig("https://a", "1") },
      { kubeconfig: UNKNOWN },
      ["kubeconfig"],
    ],
  ])("after %s replace what they should", async (_, olds, news, replaces) => {
    const answer = await diffConfig(about(olds, news));
    expect(answer.changes).toBe(true);
    expect(answer.replaces).toEqual(replaces);
  });

  test("without a named cluster are refused in strict mode", async () => {
    const answer = await checkConfig(
      call("pulumi:providers:kubernetes", { strictMode: "true", context: "x" }),
    );
    expect(answer.failures).toEqual([
      { property: "kubeconfig", reason: 'strict mode requires Provider "kubeconfig" argument' },
    ]);
  });
});

test("the deadline is that of the program, else of the annotation, else ten minutes", () => {
  const annotated = { metadata: { annotations: { "pulumi.com/timeoutSeconds": "7" } } };
  expect(deadlineSeconds(annotated, 3)).toBe(3);
  expect(deadlineSeconds(annotated, 0)).toBe(7);
  expect(deadlineSeconds({}, 0)).toBe(600);
});
