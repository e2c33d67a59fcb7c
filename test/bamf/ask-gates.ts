import { vi } from "vitest";
import type { BamfConfig } from "../../components/bamf/config";
import { allGates } from "../../components/bamf/gate-input";
import type { TunnelFacts } from "../../components/bamf/bamf-input";
import type { BridgeFacts } from "../../components/bamf/gates/bridge-room";
import type { AgentsFacts } from "../../components/bamf/look-at-agents";
import { bamf } from "../../components/bamf/product";
import { renderBamf } from "../../components/bamf/release";
import { gatewayConfig, keysSchema } from "../../components/config/keys";
import type { KubernetesFacts } from "../../components/kubernetes/facts/cluster-facts";
import { gateInput } from "../../components/kubernetes/gateway/gate-input";
import { planGateway } from "../../components/kubernetes/gateway/plan-gateway";
import { configuredKubernetes } from "../../components/kubernetes/gateway/settings";
import * as render from "../../components/kubernetes/helm/render";
import * as files from "../../components/kubernetes/helm/values-schema";
import type { KubernetesObject } from "../../components/kubernetes/objects/object";
import type { Evidence } from "../../components/upgrade/evidence/evidence";
import { askGates } from "../../components/upgrade/gate";
import { observed, type Observation } from "../../components/upgrade/observation";
import { cluster, databaseFacts } from "../upgrade/gates/facts";
import { exampleSecrets } from "./example";

const labels = (part: string) => ({
  "app.kubernetes.io/name": "bamf",
  "app.kubernetes.io/instance": "bamf",
  "app.kubernetes.io/component": part,
});
export const workload = (kind: string, part: string, tag: string): KubernetesObject => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name: `bamf-${part}`, namespace: "bamf", labels: labels(part) },
  spec: {
    replicas: 2,
    selector: { matchLabels: labels(part) },
    template: {
      metadata: { labels: labels(part) },
      spec: {
        terminationGracePeriodSeconds: part === "bridge" ? 1800 : 120,
        containers: [
          { name: part, image: `ghcr.io/mattrobinsonsre/bamf-${part}:${tag}`, ports: [{}] },
        ],
      },
    },
  },
});
const job: KubernetesObject = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "bamf-migrations-1", labels: labels("migrations") },
  spec: workload("Job", "api", "v0.11.0")["spec"],
};
/** What Helm makes of the chart, with a number of pods for each workload. */
export const rendering: render.Rendering = {
  chart: { name: "bamf", version: "0.11.0", appVersion: "v0.11.0" },
  defaults: { edge: { bridge: { autoscaling: { targetTunnelsPerPod: 50 } } } },
  objects: [
    workload("Deployment", "api", "v0.11.0"),
    workload("StatefulSet", "bridge", "v0.11.0"),
    workload("Deployment", "proxy", "v0.11.0"),
  ],
  hooks: [{ kind: "Job", name: "bamf-migrations-1", hooks: ["pre-upgrade"] }],
  hookObjects: [job],
};
export const pod = (part: string, name: string, version = "0.10.0") => ({
  name,
  labels: labels(part),
  phase: "Running",
  ready: true,
  terminating: false,
  containers: [
    {
      name: part,
      image: `ghcr.io/mattrobinsonsre/bamf-${part}:v${version}`,
      digest: "",
      restarts: 0,
    },
  ],
});

/** Of the release that runs. */
export const evidence: Evidence = {
  version: "0.10.0",
  digests: {},
  configHash: "hash",
  schemaHead: "c4f5a6b7",
  verifiedAt: "2026-05-30T12:00:00Z",
  probes: { sent: 20, failed: 0 },
  restarts: 0,
};

const TWO_BRIDGES: Observation<readonly BridgeFacts[]> = observed([
  { name: "bamf-bridge-0", ready: true, tunnels: { open: 3, pinned: 0 } },
  { name: "bamf-bridge-1", ready: true, tunnels: { open: 4, pinned: 0 } },
]);

/** What is another than in an upgrade by one release. */
interface Otherwise {
  readonly seen?: Observation<readonly BridgeFacts[]>;
  /** @defaultValue none run */
  readonly agents?: AgentsFacts;
  /** More of the stack file. */
  readonly bamf?: Readonly<Record<string, unknown>>;
  readonly promotion?: Readonly<Record<string, unknown>>;
  readonly facts?: Partial<KubernetesFacts>;
  readonly rendering?: render.Rendering;
}

/** What all gates say of an upgrade from 0.10.0 to 0.11.0 with these values. Helm is not run: whoever asks restores the mocks. */
export async function ask(
  values: Readonly<Record<string, unknown>>,
  {
    seen = TWO_BRIDGES,
    agents = { replicas: undefined, agents: [] },
    bamf: more = {},
    promotion,
    facts: others = {},
    rendering: made = rendering,
  }: Otherwise = {},
) {
  const schema = { properties: { agent: {}, core: {}, edge: {} }, additionalProperties: false };
  vi.spyOn(render, "renderChart").mockResolvedValue(made);
  vi.spyOn(files, "readChartValues").mockResolvedValue({ schema, defaults: made.defaults });
  const keys = keysSchema(bamf, configuredKubernetes).parse({
    bamf: {
      version: "0.11.0",
      kubernetes: { context: "prod", namespace: "bamf" },
      values,
      ...more,
    },
    bamfSecrets: exampleSecrets,
    ...(promotion === undefined ? {} : { promotion }),
  });
  const config = gatewayConfig<BamfConfig>("bamf", keys, "bamf");
  const release = await renderBamf(config.settings, config.secrets);
  const pods = [
    pod("api", "bamf-api-a"),
    pod("bridge", "bamf-bridge-0"),
    pod("bridge", "bamf-bridge-1"),
    pod("proxy", "bamf-proxy-a"),
  ];
  const facts: KubernetesFacts = {
    now: 0,
    cluster: cluster({ uid: "c-1", workloads: [], pods }),
    adoption: undefined,
    seen: seen.observed ? observed<TunnelFacts>({ bridges: seen.value, agents }) : seen,
    images: {},
    database: databaseFacts({ database: "bamf", migrations: ["c4f5a6b7"] }),
    store: observed({ words: "/dumps", dumps: 0 }),
    restore: observed({ dumps: [], candidate: undefined, risk: undefined }),
    own: observed(evidence),
    staging: undefined,
    ...others,
  };
  const plan = planGateway(release, facts, bamf.container);
  const input = gateInput(bamf, { config, release, facts, plan });
  const findings = askGates(allGates, input, [input]);
  const own = findings.filter(({ gate }) => OWN.includes(gate));
  return { findings, own: own.map(({ gate, verdict, at }) => `${verdict} ${gate}: ${at}`) };
}

const OWN = allGates
  .slice(allGates.findIndex(({ name }) => name === "values-layout"))
  .map(({ name }) => name);

/** What one of them says. */
export const saidBy = (gate: string, { findings }: Awaited<ReturnType<typeof ask>>) =>
  findings
    .filter((one) => one.gate === gate)
    .map(({ verdict, at, found }) => `${verdict} ${at}: ${found}`);
