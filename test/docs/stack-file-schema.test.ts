import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { smoltbot } from "../config/stack-values";
import { ROOT } from "../suite/durations";
import type { Node } from "./json-schema";
import { isTaken, stackFile, type Keys } from "./stack-files";
import { keysOfStackFile, stackFileSchema } from "./stack-file-schema";

const isStackFile = new Ajv({ validateFormats: false }).compile(stackFileSchema());

const ownFiles = readdirSync(ROOT).filter((name) => /^Pulumi\..+\.yaml$/.test(name));

test.each(ownFiles)("the repository's own %s fits the schema that its first line names", (name) => {
  const text = readFileSync(join(ROOT, name), "utf8");
  expect(isStackFile(parse(text)), JSON.stringify(isStackFile.errors)).toBe(true);
  const [, path = ""] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
  expect(JSON.parse(readFileSync(join(ROOT, path), "utf8"))).toEqual(stackFileSchema());
});

const age = `AGE-SECRET-KEY-1${"A".repeat(58)}`;
const fleet = {
  smoltbot: { version: "1.1.0", kubernetes: { context: "prod" } },
  instances: {
    eu: { kubernetes: { namespace: "eu" }, chart: { path: "a" } },
    us: { kubernetes: { namespace: "us" }, chart: { path: "a", sha256: "0".repeat(64) } },
  },
};

describe("schema and program take", () => {
  test.each<[string, Keys]>([
    ["the least", { smoltbot }],
    ["a candidate of a release", { smoltbot: { ...smoltbot, version: "1.1.0-rc.1" } }],
    [
      "a chart of a repository",
      {
        smoltbot: {
          ...smoltbot,
          chart: { repo: "https://a.example", name: "b", version: "1.0.0" },
        },
      },
    ],
    ["the database in a pod", { smoltbot: { ...smoltbot, backup: { database: { pod: "db-0" } } } }],
    ["requests as a number", { smoltbot: { ...smoltbot, verify: { requests: 5 } } }],
    ["requests as a tree", { smoltbot: { ...smoltbot, verify: { requests: { path: "/a" } } } }],
    [
      "a consent",
      {
        smoltbot: {
          ...smoltbot,
          consents: { restore: { release: "1.0.0", reason: "a", dump: "b" } },
        },
      },
    ],
    ["any values of the chart", { smoltbot: { ...smoltbot, values: { any: [{ thing: 1 }] } } }],
    [
      "secrets",
      {
        smoltbot,
        smoltbotSecrets: { A: "b" },
        smoltbotDatabaseUrl: "postgres://a/b",
        smoltbotBackupKey: age,
      },
    ],
    ["a promotion", { smoltbot, promotion: { from: "staging", mustMatch: ["images", "chart"] } }],
    ["what gateways share, and what each has of its own", fleet],
    [
      "a gateway that names its product",
      { ...fleet, instances: { eu: { product: "smoltbot", ...fleet.instances.eu } } },
    ],
    [
      "a gateway below the key of its product",
      { ...fleet, instances: { eu: { smoltbot: fleet.instances.eu } } },
    ],
    ["secrets of each gateway", { ...fleet, instanceSecrets: { eu: { environment: { A: "b" } } } }],
  ])("%s", (_, keys) => {
    expect(isStackFile(stackFile(keys)), JSON.stringify(isStackFile.errors)).toBe(true);
    expect(isTaken(keys)).toBe(true);
  });
});

describe("schema and program refuse", () => {
  test.each<[string, Keys]>([
    ["no gateway at all", {}],
    ["a version that YAML takes for a number", { smoltbot: { ...smoltbot, version: 1.1 } }],
    ["a version with a v", { smoltbot: { ...smoltbot, version: "v1.1.0" } }],
    ["half a version", { smoltbot: { ...smoltbot, version: "1.1" } }],
    ["a misspelt key", { smoltbot: { ...smoltbot, backup: { directry: "dumps" } } }],
    ["a misspelt key of the stack file", { smoltbot, smoltbotSecret: {} }],
    ["a place without a context", { smoltbot: { ...smoltbot, kubernetes: { namespace: "a" } } }],
    [
      "a namespace that is no name",
      { smoltbot: { ...smoltbot, kubernetes: { ...smoltbot.kubernetes, namespace: "A_b" } } },
    ],
    [
      "a chart from two places",
      { smoltbot: { ...smoltbot, chart: { path: "a", oci: "oci://b" } } },
    ],
    ["text for a number", { smoltbot: { ...smoltbot, availability: { replicas: "two" } } }],
    ["no replica", { smoltbot: { ...smoltbot, availability: { replicas: 0 } } }],
    [
      "half an autoscaler",
      { smoltbot: { ...smoltbot, availability: { autoscaling: { minReplicas: 2 } } } },
    ],
    [
      "a consent without a reason",
      { smoltbot: { ...smoltbot, consents: { major: { release: "2.0.0" } } } },
    ],
    ["a share above one", { smoltbot: { ...smoltbot, verify: { maxErrorRate: 1.5 } } }],
    ["a secret that is no variable", { smoltbot, smoltbotSecrets: { "bad key": "a" } }],
    ["a database of another kind", { smoltbot, smoltbotDatabaseUrl: "mysql://a" }],
    ["a promotion from nowhere", { smoltbot, promotion: { soakHours: 1 } }],
    ["gateways without any", { smoltbot, instances: {} }],
    [
      "a misspelt key of one gateway",
      { ...fleet, instances: { eu: { ...fleet.instances.eu, verson: "1.0.0" } } },
    ],
    [
      "a gateway of a product that there is not",
      { ...fleet, instances: { eu: { product: "ecko", ...fleet.instances.eu } } },
    ],
    [
      "a secret of a gateway under another name",
      { ...fleet, instanceSecrets: { eu: { databaseUri: "a" } } },
    ],
  ])("%s", (_, keys) => {
    expect(isStackFile(stackFile(keys))).toBe(false);
    expect(isTaken(keys)).toBe(false);
  });
});

const encrypted = { secure: "v1:abc:def" };

test.each<[string, unknown, boolean]>([
  [
    "each secret by itself",
    { smoltbot, smoltbotSecrets: { A: encrypted }, smoltbotDatabaseUrl: encrypted },
    true,
  ],
  ["all secrets as one", { smoltbot, smoltbotSecrets: encrypted }, true],
  [
    "credentials of a bucket",
    { smoltbot, smoltbotBackupCredentials: { accessKeyId: encrypted, secretAccessKey: encrypted } },
    true,
  ],
  [
    "secrets of one gateway of several",
    {
      ...fleet,
      instanceSecrets: { eu: { environment: { A: encrypted }, databaseUrl: encrypted } },
    },
    true,
  ],
  ["secrets of several gateways as one", { ...fleet, instanceSecrets: encrypted }, true],
  ["a plain setting", { smoltbot: { ...smoltbot, version: encrypted } }, false],
  ["what goes first", { smoltbot, promotion: { from: encrypted } }, false],
])("an encrypted value is taken where secrets are: %s", (_, keys, taken) => {
  expect(isStackFile(stackFile(keys as Keys)), JSON.stringify(isStackFile.errors)).toBe(taken);
});

test("what Pulumi keeps in a stack file beside the program's keys is left alone", () => {
  const file = {
    secretsprovider: "passphrase",
    encryptionsalt: "v1:abc",
    config: {
      "gateways:smoltbot": smoltbot,
      "pulumi:disable-default-providers": ["kubernetes"],
      "aws:region": "eu",
    },
  };
  expect(isStackFile(file), JSON.stringify(isStackFile.errors)).toBe(true);
});

/** Paths of all keys below a node, with what each is. */
function keysBelow(node: Node, path: string): readonly (readonly [string, Node])[] {
  const { properties = {}, anyOf = [], additionalProperties } = node;
  const own = Object.entries(properties).map(([key, below]) => [`${path}.${key}`, below] as const);
  const deeper = typeof additionalProperties === "object" ? [additionalProperties] : [];
  return [
    ...own.flatMap(([key, below]) => [[key, below] as const, ...keysBelow(below, key)]),
    ...[...anyOf, ...deeper].flatMap((below) => keysBelow(below, path)),
  ];
}

test("every key says what it does, in whole sentences", () => {
  const keys = Object.entries(keysOfStackFile()).flatMap(([key, node]) => [
    [key, node] as const,
    ...keysBelow(node, key),
  ]);
  const silent = keys.filter(([, { description = "" }]) => !/^[A-Z`].*\.$/.test(description));
  expect(silent.map(([key]) => key)).toEqual([]);
  expect(keys.length).toBeGreaterThan(90);
});
