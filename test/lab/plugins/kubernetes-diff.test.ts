import { describe, expect, test } from "vitest";
import type { DiffCall } from "./protocol/handlers";
import { secret, UNKNOWN, type PropertyMap } from "./protocol/values";
import { diff } from "./kubernetes/diff";
import { readOptions } from "./kubernetes/options";
import { textAt } from "./kubernetes/paths";
import type { Session } from "./kubernetes/session";

// What differs, and what that does to the object. Without a cluster: the rules alone.

const metadata = { name: "it", namespace: "trial" };

function session(config: PropertyMap = {}): Session {
  const cluster = { unreachable: "there is none" };
  return { options: readOptions(config), defaultNamespace: "default", cluster };
}

function object(apiVersion: string, kind: string, rest: PropertyMap): PropertyMap {
  return { apiVersion, kind, metadata, ...rest };
}

async function difference(
  old: PropertyMap,
  next: PropertyMap,
  more: {
    readonly live?: PropertyMap;
    readonly ignoreChanges?: readonly string[];
    readonly config?: PropertyMap;
  } = {},
) {
  const { live = old, ignoreChanges = [], config = {} } = more;
  const call: DiffCall = {
    urn: "urn:pulumi:s::p::kubernetes:v1:Kind::it",
    type: `kubernetes:core/v1:${textAt(next, "kind")}`,
    name: "it",
    id: "trial/it",
    log: () => undefined,
    signal: new AbortController().signal,
    olds: { ...live, __inputs: old, __initialApiVersion: "v1", __fieldManager: "m" },
    oldInputs: old,
    news: next,
    ignoreChanges,
  };
  const answer = await diff(session(config), call);
  const kinds = Object.entries(answer.detailedDiff ?? {}).map(([path, { kind }]) => [path, kind]);
  return { ...answer, kinds: Object.fromEntries(kinds) as Readonly<Record<string, string>> };
}

const claim = "PersistentVolumeClaim";
const rbac = "rbac.authorization.k8s.io/v1";
const selector = (app: string) => ({ selector: { matchLabels: { app } } });

describe("a replacement is forced", () => {
  test.each<[string, string, string, PropertyMap, PropertyMap]>([
    ["the selector", "apps/v1", "Deployment", { spec: selector("a") }, { spec: selector("b") }],
    ["a whole with the selector", "apps/v1", "Deployment", {}, { spec: selector("b") }],
    [
      "the template",
      "batch/v1",
      "Job",
      { spec: { template: { a: 1 } } },
      { spec: { template: {} } },
    ],
    [
      "the completions",
      "batch/v1",
      "Job",
      { spec: { completions: 1 } },
      { spec: { completions: 2 } },
    ],
    ["the service", "apps/v1", "StatefulSet", { spec: { serviceName: "a" } }, { spec: {} }],
    ["the claims", "apps/v1", "StatefulSet", { spec: { volumeClaimTemplates: [1] } }, { spec: {} }],
    [
      "the class",
      "v1",
      claim,
      { spec: { storageClassName: "a" } },
      { spec: { storageClassName: "b" } },
    ],
    ["the address", "v1", "Service", { spec: { clusterIP: "10.0.0.1" } }, { spec: {} }],
    ["the role", rbac, "RoleBinding", { roleRef: { name: "a" } }, { roleRef: { name: "b" } }],
    [
      "an image",
      "v1",
      "Pod",
      { spec: { containers: [{ image: "a" }] } },
      { spec: { containers: [{ image: "b" }] } },
    ],
    ["the data", "v1", "ConfigMap", { data: { a: "1" } }, { data: { a: "2" } }],
    ["the data", "v1", "Secret", { data: { a: "MQ==" } }, { data: { a: "Mg==" } }],
  ])("by %s of a %s %s", async (_, apiVersion, kind, old, next) => {
    const answer = await difference(object(apiVersion, kind, old), object(apiVersion, kind, next));
    expect(answer.replaces).toHaveLength(1);
    expect(answer.deleteBeforeReplace).toBe(true);
  });

  test("by another name, and then the new object comes first", async () => {
    const old = object("v1", "ServiceAccount", {});
    const next = { ...old, metadata: { ...metadata, name: "other" } };
    const answer = await difference(old, next);
    expect(answer.replaces).toEqual(["metadata.name"]);
    expect(answer.deleteBeforeReplace).toBe(false);
  });

  test("of an autonamed object, and then the new object comes first", async () => {
    const autonamed = { ...metadata, annotations: { "pulumi.com/autonamed": "true" } };
    const old = { ...object("v1", "ConfigMap", { data: { a: "1" } }), metadata: autonamed };
    const answer = await difference(old, { ...old, data: { a: "2" } });
    expect(answer.replaces).toEqual(["data.a"]);
    expect(answer.deleteBeforeReplace).toBe(false);
  });
});

describe("an update in place is enough", () => {
  test.each<[string, string, string, PropertyMap, PropertyMap]>([
    [
      "template",
      "apps/v1",
      "Deployment",
      { spec: { template: { a: 1 } } },
      { spec: { template: {} } },
    ],
    ["suspension", "batch/v1", "Job", { spec: { suspend: true } }, { spec: { suspend: false } }],
    ["ports", "v1", "Service", { spec: { ports: [1] } }, { spec: { ports: [1, 2] } }],
  ])("for the %s of a %s %s", async (_, apiVersion, kind, old, next) => {
    const answer = await difference(object(apiVersion, kind, old), object(apiVersion, kind, next));
    expect(answer.changes).toBe(true);
    expect(answer.replaces).toEqual([]);
    expect(answer.deleteBeforeReplace).toBe(false);
  });

  test.each(["ConfigMap", "Secret"])("for the data of a %s that may change", async (kind) => {
    const config = { enableConfigMapMutable: "true", enableSecretMutable: true };
    const old = object("v1", kind, { data: { a: "MQ==" } });
    const answer = await difference(old, { ...old, data: { a: "Mg==" } }, { config });
    expect(answer.kinds).toEqual({ "data.a": "update" });
    const fixed = { ...old, immutable: true };
    const forced = await difference(fixed, { ...fixed, data: { a: "Mg==" } }, { config });
    expect(forced.kinds).toEqual({ "data.a": "update-replace" });
  });
});

describe("no difference is", () => {
  test.each<[string, PropertyMap, PropertyMap, PropertyMap]>([
    [
      "what the cluster added",
      { spec: { a: 1 } },
      { spec: { a: 1 } },
      { spec: { a: 1, b: 2 }, status: { c: 3 } },
    ],
    [
      "the order of keys",
      { spec: { a: 1, b: 2 } },
      { spec: { b: 2, a: 1 } },
      { spec: { a: 1, b: 2 } },
    ],
    ["a null", { spec: { a: 1 } }, { spec: { a: 1, b: null } }, { spec: { a: 1 } }],
    [
      "an amount that the server writes in another way",
      { spec: { requests: { cpu: "1000m" } } },
      { spec: { requests: { cpu: "1000m" } } },
      { spec: { requests: { cpu: "1" } } },
    ],
    [
      "an empty value that the server left out",
      { spec: { hostNetwork: false } },
      { spec: { hostNetwork: false } },
      { spec: {} },
    ],
  ])("%s", async (_, old, next, live) => {
    const whole = (rest: PropertyMap) => object("apps/v1", "Deployment", rest);
    const answer = await difference(whole(old), whole(next), { live: whole(live) });
    expect(answer.kinds).toEqual({});
    expect(answer.changes).toBe(false);
  });

  test("a Secret's text that is live as data", async () => {
    const inputs = object("v1", "Secret", { stringData: { a: "1" } });
    const live = object("v1", "Secret", { data: { a: "MQ==" } });
    const news = { ...inputs, stringData: secret({ a: "1" }) };
    const answer = await difference(inputs, news, {
      live: { ...live, data: secret({ a: "MQ==" }) },
    });
    expect(answer.changes).toBe(false);
  });

  test("nothing in a Secret, though: a null or an empty map of the program differs in every run", async () => {
    const annotated = { ...metadata, annotations: {} };
    const inputs = { ...object("v1", "Secret", { data: null }), metadata: annotated };
    const answer = await difference(inputs, inputs, { live: object("v1", "Secret", {}) });
    expect(answer.kinds).toEqual({ data: "delete-replace", "metadata.annotations": "add" });
  });

  test("a change that is ignored, or lies in what is ignored", async () => {
    const old = object("apps/v1", "Deployment", { spec: { replicas: 1, "a.b": [{ c: 1 }] } });
    const next = { ...old, spec: { replicas: 2, "a.b": [{ c: 2 }] } };
    const ignoreChanges = ["spec.replicas", 'spec["a.b"][*]'];
    expect((await difference(old, next, { ignoreChanges })).changes).toBe(false);
    const answer = await difference(old, next, { ignoreChanges: ["spec.replicas"] });
    expect(answer.kinds).toEqual({ 'spec["a.b"][0].c': "update" });
  });
});

describe("each property is shown as", () => {
  test("added, changed, gone, in maps and in lists", async () => {
    const old = object("apps/v1", "Deployment", { spec: { a: 1, b: [1, 2], c: { d: 1 } } });
    const next = object("apps/v1", "Deployment", { spec: { a: 2, b: [1], c: { d: 1 }, e: "f" } });
    expect((await difference(old, next)).kinds).toEqual({
      "spec.a": "update",
      "spec.b[1]": "delete",
      "spec.e": "add",
    });
  });

  test("changed while its value is not known yet", async () => {
    const old = object("v1", "Service", { spec: { externalName: "a" } });
    const next = object("v1", "Service", { spec: { externalName: UNKNOWN } });
    expect((await difference(old, next)).kinds).toEqual({ "spec.externalName": "update" });
  });

  test("added although it is zero, where the program said nothing before", async () => {
    const old = object("apps/v1", "Deployment", { spec: {} });
    const next = object("apps/v1", "Deployment", { spec: { replicas: 0 } });
    const live = object("apps/v1", "Deployment", { spec: { replicas: 1 } });
    expect((await difference(old, next, { live })).kinds).toEqual({ "spec.replicas": "add" });
  });
});
