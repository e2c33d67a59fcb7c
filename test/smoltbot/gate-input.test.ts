import { configuredKubernetes } from "../../components/kubernetes/gateway/settings";
import { expect, test } from "vitest";
import { gatewayConfig, keysSchema } from "../../components/config/keys";
import type { Workload } from "../../components/kubernetes/edits/workload";
import type { KubernetesFacts } from "../../components/kubernetes/facts/cluster-facts";
import { gateInput } from "../../components/kubernetes/gateway/gate-input";
import { planGateway } from "../../components/kubernetes/gateway/plan-gateway";
import type { SmoltbotConfig } from "../../components/smoltbot/config";
import { allGates } from "../../components/smoltbot/gate-input";
import { smoltbot } from "../../components/smoltbot/product";
import type { SmoltbotRelease } from "../../components/smoltbot/release";
import { askGates } from "../../components/upgrade/gate";
import { observed } from "../../components/upgrade/observation";
import { cluster, databaseFacts } from "../upgrade/gates/facts";
import { deployment } from "../upgrade/gates/gateway";

const config = gatewayConfig<SmoltbotConfig>(
  "smoltbot",
  keysSchema(smoltbot, configuredKubernetes).parse({
    smoltbot: {
      version: "1.1.0",
      adopt: true,
      kubernetes: { context: "prod", namespace: "shop" },
      chart: { path: "chart" },
      backup: { database: { job: {} } },
    },
    smoltbotSecrets: { POSTGRES_URL: "postgres://pods:hush@db:6432/shop" },
    promotion: { from: "staging" },
  }),
  "smoltbot",
);
const workload = deployment() as Workload;
const release: SmoltbotRelease = {
  version: "1.1.0",
  names: { fullname: "shop", gateway: "gateway", observer: "observer" },
  rendering: {
    chart: { name: "mnemom-gateway", version: "0.1.0", appVersion: "1.1.0" },
    defaults: {},
    objects: [workload],
    hooks: [],
    hookObjects: [],
  },
  catalogue: [],
  configuration: [],
  workloads: [workload],
  applied: [workload],
  job: { apiVersion: "batch/v1", kind: "Job", metadata: { name: "shop-migrate-1-1-0" } },
  availability: {
    workload: "gateway",
    namespace: "shop",
    labels: {},
    selector: { "app.kubernetes.io/component": "gateway" },
    minAvailable: 1,
  },
  configHash: "hash",
};
const facts: KubernetesFacts = {
  now: 0,
  cluster: cluster({ uid: "c-1", workloads: [] }),
  adoption: observed({ objects: [], leftOver: [], secret: undefined }),
  images: {},
  database: databaseFacts(),
  store: observed({ words: "/dumps", dumps: 0 }),
  restore: observed({ dumps: [], candidate: undefined, risk: undefined }),
  prometheus: observed({ scraped: [], unreadable: [], before: { requests: 0, errors: 0 } }),
  own: observed(undefined),
  staging: observed(undefined),
};

/** What it does not prove: that the verdicts are right; the tests of each gate do. */
test("each gate of a smoltbot on Kubernetes answers, at a place that an operator finds", () => {
  const plan = planGateway(release, facts, smoltbot.container);
  const input = gateInput(smoltbot, { config, release, facts, plan });
  const findings = askGates(allGates, input, [input]);
  const first = allGates.map(
    ({ name }) => `${name}: ${findings.find(({ gate }) => gate === name)?.at ?? "silence"}`,
  );
  expect(first).toEqual([
    "own-evidence: this stack",
    "version-policy: gateways:smoltbot.version",
    "notes: gateways:smoltbot.notesRead",
    "catalogue: gateways:smoltbot.version",
    "restore: gateways:smoltbot.consents.restore",
    "hop: silence",
    "schema-origin: gateways:smoltbot.consents.schema",
    "removal: gateways:smoltbot.consents.removal",
    "staging-evidence: stack staging",
    "required-keys: gateways:smoltbotSecrets.SUPABASE_URL",
    "connection-urls: gateways:smoltbotSecrets",
    "image-names: gateways:smoltbot",
    "image-exists: Deployment/gateway container gateway",
    "prometheus: gateways:smoltbot.verify.prometheus",
    "database: gateways:smoltbot.backup.database",
    "backup-store: gateways:smoltbot.backup",
    "external-backup: gateways:smoltbot.backup.external",
    "one-database: gateways:smoltbot.backup.database",
    "scratch: gateways:smoltbot.backup.scratch",
    "shared-database: gateways:smoltbotSecrets.POSTGRES_URL",
    "values-trap: gateways:smoltbot.values",
    "values-diff: gateways:smoltbot.values",
    "hooks-inventory: gateways:smoltbot.chart",
    "network-reach: gateways:smoltbotSecrets",
    "replicas: Deployment/gateway",
    "disruption-budget: PodDisruptionBudget/gateway",
    "rolling-update: Deployment/gateway",
    "same-cluster: context prod",
    "cluster-health: context prod, namespace shop",
    "foreign-objects: context prod, namespace shop",
    "migration-state: context prod, namespace shop",
    "capacity: context prod",
    "quota: context prod, namespace shop",
    "drift: context prod, namespace shop",
    "foreign-budget: context prod, namespace shop",
    "resource-changes: context prod, namespace shop",
    "adoption: context prod, namespace shop",
    "adopted-objects: Deployment/gateway",
    "adopted-secret: gateways:smoltbotSecrets",
    "helm-records: context prod, namespace shop",
    "license-horizon: gateways:smoltbotSecrets.MNEMOM_LICENSE_JWT",
    "license-instance: gateways:smoltbot.values.config.GATEWAY_VERSION",
  ]);
  expect(JSON.stringify(findings)).not.toContain("hush");
});
