import { beforeAll, describe, expect, test } from "vitest";
import type { Evidence } from "../../components/upgrade/evidence/evidence";
import { observed, unavailable } from "../../components/upgrade/observation";
import {
  GIB,
  asked,
  evidence,
  migration,
  node,
  objections,
  useHelmOfLab,
  workload,
  type Plant,
} from "./world";

const staging = (found?: Evidence): Plant => ({ facts: { staging: observed(found) } });

const planted: readonly (readonly [string, string, Plant])[] = [
  ["staging at another release (S-08)", "staging-evidence", staging(evidence("1.0.0"))],
  ["staging without any evidence (S-08)", "staging-evidence", staging()],
  [
    "staging that lost requests (S-08)",
    "staging-evidence",
    staging(evidence("1.1.0", { probes: { sent: 20, failed: 2 } })),
  ],
  ["staging that has not soaked (S-08)", "staging-evidence", { promotion: { soakHours: 72 } }],
  [
    "a staging stack out of reach (S-08)",
    "staging-evidence",
    { facts: { staging: unavailable("there is no stack staging") } },
  ],
  [
    "a broken glass for another release",
    "staging-evidence",
    {
      promotion: { breakGlass: { release: "1.0.5", reason: "outage" } },
      facts: { staging: observed(undefined) },
    },
  ],
  [
    "backups out of reach on the way back across a major (S-44)",
    "restore",
    { facts: { own: observed(evidence("2.0.0")), restore: unavailable("permission denied") } },
  ],
  ["own outputs out of reach", "own-evidence", { facts: { own: unavailable("state is locked") } }],
  [
    "a cluster out of reach (S-05)",
    "cluster-health",
    { facts: { cluster: unavailable("connection refused") } },
  ],
  [
    "a node that is not ready",
    "cluster-health",
    { cluster: { nodes: [node, { ...node, name: "node-2", ready: false }] } },
  ],
  [
    "all nodes cordoned",
    "cluster-health",
    { cluster: { nodes: [{ ...node, schedulable: false }] } },
  ],
  [
    "a running release that is not well (S-30)",
    "cluster-health",
    {
      cluster: {
        workloads: [{ ...workload("smoltbot-mnemom-gateway-gateway", 2), ready: 1, available: 1 }],
      },
    },
  ],
  ["a release that is gone", "cluster-health", { cluster: { workloads: [] } }],
  [
    "no room for one more pod (S-05)",
    "capacity",
    { cluster: { nodes: [{ ...node, requested: { cpu: 3990, memory: 2 * GIB } }] } },
  ],
  [
    "no memory for one more pod (S-05)",
    "capacity",
    { smoltbot: { values: { resources: { requests: { memory: "7Gi" } } } } },
  ],
  [
    "replicas that were scaled by hand",
    "drift",
    {
      cluster: {
        live: [
          {
            key: "apps/v1/Deployment/smoltbot/smoltbot-mnemom-gateway-gateway",
            helmRelease: "",
            managers: ["pulumi-kubernetes-1", "kubectl"],
            owners: [
              { manager: "pulumi-kubernetes-1", subresource: "", fields: {} },
              {
                manager: "kubectl",
                subresource: "scale",
                fields: { "f:spec": { "f:replicas": {} } },
              },
            ],
            content: { spec: { replicas: 1 } },
          },
        ],
      },
    },
  ],
  [
    "an image that was never published (T-07)",
    "image-exists",
    {
      facts: {
        images: { "ghcr.io/mnemom/gateway:1.1.0": observed({ exists: false, digests: [] }) },
      },
    },
  ],
  [
    "a registry that nobody can ask (T-07)",
    "image-exists",
    { facts: { images: { "ghcr.io/mnemom/gateway:1.1.0": unavailable("ghcr.io refuses") } } },
  ],
  [
    "a second budget over the gateway's pods (S-53)",
    "foreign-budget",
    {
      cluster: {
        budgets: [
          {
            name: "everything",
            selector: {
              matchLabels: { "app.kubernetes.io/instance": "smoltbot" },
              matchExpressions: [],
            },
            allowed: 1,
          },
        ],
      },
    },
  ],
  [
    "a Prometheus out of reach (S-49)",
    "prometheus",
    { facts: { prometheus: unavailable("connection refused") } },
  ],
  [
    "requests that grow (S-06)",
    "resource-changes",
    {
      cluster: {
        workloads: [
          workload("smoltbot-mnemom-gateway-gateway", 2, {
            gateway: asked(100, 128, [1000, 512]),
          }),
        ],
      },
    },
  ],
  [
    "a chart whose defaults have changed (S-22, S-23)",
    "values-diff",
    { cluster: { record: { "defaults.yaml": "replicaCount: 3\n" } } },
  ],
  [
    "a value that only the chart before had (S-23)",
    "values-diff",
    {
      smoltbot: { values: { legacy: { mode: "on" } } },
      cluster: { record: { "defaults.yaml": "legacy: { mode: off }\n" } },
    },
  ],
  [
    "a migration of another release that runs (S-27)",
    "migration-state",
    { cluster: { jobs: [migration("smoltbot-mnemom-gateway-migrate-1-0-9-abc", "active")] } },
  ],
  [
    "a migration that failed before",
    "migration-state",
    { cluster: { jobs: [migration("smoltbot-mnemom-gateway-migrate-1-0-9-abc", "failed")] } },
  ],
  ["a migration that holds the lock", "migration-state", { database: { migrating: true } }],
  [
    "a database out of reach (S-02)",
    "database",
    { facts: { database: unavailable("connection refused") } },
  ],
  ["a database that is gone (S-02)", "database", { database: { exists: false } }],
  ["no room for the dump (S-02)", "database", { database: { freeBytes: GIB } }],
  ["a pg_dump older than the server (S-02)", "database", { database: { server: "16.4" } }],
  [
    "a role that cannot make the scratch database (S-02)",
    "database",
    { database: { mayCreateDatabase: false } },
  ],
  [
    "objects of a Helm release where nothing of ours is",
    "foreign-objects",
    {
      cluster: {
        pods: [],
        live: [
          {
            key: "v1/Service/smoltbot/smoltbot-mnemom-gateway",
            helmRelease: "smoltbot",
            managers: ["helm"],
            owners: [],
            content: {},
          },
        ],
      },
      facts: { own: observed(undefined) },
    },
  ],
];

/** All gates together, on the real rendering of a chart. What it does not prove: how facts are read; the end-to-end tests do. */
describe("an upgrade into a world", () => {
  beforeAll(useHelmOfLab);

  test.each(planted)("with %s is told so by the gate %s", async (_name, gate, plant) => {
    const found = await objections(plant);
    expect(found.map((finding) => finding.gate)).toContain(gate);
    for (const { expected, fix } of found) expect(expected && fix).not.toBe("");
  });
});
