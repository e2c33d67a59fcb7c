import { beforeAll, describe, expect, test } from "vitest";
import { observed } from "../../components/upgrade/observation";
import {
  evidence,
  MIB,
  migration,
  node,
  objections,
  pod,
  secretsOf,
  useHelmOfLab,
  type Plant,
} from "./world";

const clean: readonly (readonly [string, Plant])[] = [
  ["the least that a stack file can say", {}],
  [
    "an autoscaler",
    {
      smoltbot: {
        availability: { autoscaling: { minReplicas: 3, maxReplicas: 9, targetCpu: 70 } },
      },
    },
  ],
  [
    "five replicas of which three stay",
    { smoltbot: { availability: { replicas: 5, minAvailable: 3 } } },
  ],
  [
    "an image from another registry",
    { smoltbot: { values: { image: { repository: "registry.example:5000/mnemom/gateway" } } } },
  ],
  [
    "values that the chart has",
    { smoltbot: { values: { nodeSelector: { disk: "ssd" }, config: { LOG_LEVEL: "debug" } } } },
  ],
  ["no license at all", { secrets: { MNEMOM_LICENSE_JWT: undefined } }],
  ["a staging that has soaked", { promotion: { soakHours: 24 } }],
  [
    "a finished migration Job of the release before",
    { cluster: { jobs: [migration("smoltbot-mnemom-gateway-migrate-1-0-0-abc", "complete")] } },
  ],
  [
    "a quota and a limit range that leave room for one more of each pod",
    {
      cluster: {
        admission: observed({
          quotas: [
            {
              name: "compute",
              scopes: [],
              hard: { pods: 5, "requests.cpu": 400, "limits.memory": 2048 * MIB },
              used: { pods: 3, "requests.cpu": 250, "limits.memory": 1280 * MIB },
            },
          ],
          limitRanges: [
            {
              name: "sizes",
              min: { cpu: 50 },
              max: { cpu: 1000, memory: 512 * MIB },
              defaultRequests: { cpu: 100 },
              defaultLimits: { cpu: 500 },
            },
          ],
        }),
      },
    },
  ],
  ["a second node that has room", { cluster: { nodes: [node, { ...node, name: "node-2" }] } }],
];

const pushedAgain = { images: { "ghcr.io/mnemom/gateway:1.1.0": "sha256:other" } };

const planted: readonly (readonly [string, string, Plant])[] = [
  [
    "a database without a list of migrations while a release runs (T-12)",
    "migration-state",
    {
      database: { migrations: undefined },
      facts: { own: observed(evidence("1.0.0", { schemaHead: "" })) },
    },
  ],
  ["a major without consent (S-47)", "version-policy", { smoltbot: { version: "2.0.0" } }],
  ["notes of a minor that nobody read (S-01, S-46)", "notes", { smoltbot: { notesRead: "1.0.0" } }],
  [
    "a rollback across a major without a dump (S-44, S-48)",
    "restore",
    { cluster: { pods: [pod("gateway-1", "2.0.0")] }, facts: { own: observed(evidence("2.0.0")) } },
  ],
  [
    "a consent to a restore that nothing asks for (S-44)",
    "restore",
    { smoltbot: { consents: { restore: { release: "1.0.0", dump: "a.dump", reason: "old" } } } },
  ],
  ["notes of a major that nobody read (S-47)", "notes", { smoltbot: { version: "2.0.0" } }],
  [
    "a tag that was pushed again after staging had verified it (S-08)",
    "staging-evidence",
    { facts: { staging: observed(evidence("1.1.0", pushedAgain)) } },
  ],
  [
    "a major without the key that it needs (S-24)",
    "required-keys",
    { smoltbot: { version: "2.0.0" } },
  ],
  [
    "a release of whose changes nobody has read (S-01)",
    "notes",
    { smoltbot: { notesRead: undefined } },
  ],
  [
    "a SUPABASE_URL that is the database's (T-03)",
    "connection-urls",
    { secrets: { SUPABASE_URL: "http://postgres:5432" } },
  ],
  [
    "a password that breaks its URL",
    "connection-urls",
    { secrets: { POSTGRES_URL: "postgresql://u:p/w@db/x" } },
  ],
  [
    "a database at a port that the chart's NetworkPolicy closes (T-16)",
    "network-reach",
    { secrets: { POSTGRES_URL: "postgresql://u:p@db:6432/x" } },
  ],
  [
    "the migration's image for the gateway (T-07)",
    "image-names",
    { smoltbot: { values: { image: { repository: "ghcr.io/mnemom/migrate" } } } },
  ],
  ["an expired license (S-07, T-09)", "license-horizon", { secrets: secretsOf(-1) }],
  ["a license that ends within the way back (S-07)", "license-horizon", { secrets: secretsOf(48) }],
  ["a license that ends this month (S-07)", "license-horizon", { secrets: secretsOf(24 * 20) }],
  ["half a license (S-07)", "license-horizon", { secrets: { MNEMOM_LICENSE_JWT: "a.b" } }],
  [
    "no SUPABASE_JWT_SECRET for the observer (T-02)",
    "required-keys",
    { secrets: { SUPABASE_JWT_SECRET: undefined } },
  ],
  ["a blank SUPABASE_KEY (S-24)", "required-keys", { secrets: { SUPABASE_KEY: " " } }],
  [
    "no POSTGRES_URL for the migration (T-05)",
    "required-keys",
    { secrets: { POSTGRES_URL: undefined } },
  ],
  ["a single replica (S-52)", "replicas", { smoltbot: { availability: { replicas: 1 } } }],
  [
    "an autoscaler that may go down to one (S-52)",
    "replicas",
    {
      smoltbot: {
        availability: { autoscaling: { minReplicas: 1, maxReplicas: 5, targetCpu: 70 } },
      },
    },
  ],
  [
    "a budget that lets no pod go (S-53)",
    "disruption-budget",
    { smoltbot: { availability: { replicas: 2, minAvailable: 2 } } },
  ],
  [
    "a budget above the replicas (S-53)",
    "disruption-budget",
    { smoltbot: { availability: { replicas: 2, minAvailable: 3 } } },
  ],
  [
    "databases that the chart does not deploy (T-08)",
    "values-trap",
    { smoltbot: { values: { postgresql: { enabled: true } } } },
  ],
  [
    "a Redis that the chart does not deploy (T-08)",
    "values-trap",
    { smoltbot: { values: { redis: { enabled: true } } } },
  ],
  [
    "a tag of its own (T-07)",
    "values-trap",
    { smoltbot: { values: { image: { tag: "latest" } } } },
  ],
  [
    "a chart's own autoscaler (T-34)",
    "values-trap",
    { smoltbot: { values: { hpa: { enabled: true } } } },
  ],
  [
    "secrets among the values",
    "values-trap",
    { smoltbot: { values: { secrets: { values: { SUPABASE_KEY: "plain" } } } } },
  ],
  [
    "a misspelt value (S-23)",
    "values-diff",
    { smoltbot: { values: { resorces: { requests: { cpu: "1" } } } } },
  ],
  [
    "a misspelt value two levels down (S-23)",
    "values-diff",
    { smoltbot: { values: { probes: { readyness: { period: 5 } } } } },
  ],
  [
    "an instance name that costs an activation (T-10)",
    "license-instance",
    {
      smoltbot: { values: { config: { GATEWAY_VERSION: "1.1.0" } } },
      secrets: {
        MNEMOM_LICENSE_JWT: `${btoa("{}")}.${btoa(JSON.stringify({ license_id: "lic-1", max_activations: 2 }))}.x`,
      },
    },
  ],
];

/** All gates together, on the real rendering of a chart. What it does not prove: how facts are read; the end-to-end tests do. */
describe("an upgrade whose stack file comes", () => {
  beforeAll(useHelmOfLab);

  test.each(clean)("with %s raises no objection", async (_name, plant) => {
    expect(await objections(plant)).toEqual([]);
  });

  test.each(planted)("with %s is told so by the gate %s", async (_name, gate, plant) => {
    const found = await objections(plant);
    expect(found.map((finding) => finding.gate)).toContain(gate);
    for (const { expected, fix } of found) expect(expected && fix).not.toBe("");
  });
});
