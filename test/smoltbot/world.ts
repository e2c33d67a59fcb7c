import { configuredKubernetes } from "../../components/kubernetes/gateway/settings";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { imagesOf } from "../../components/kubernetes/objects/images";
import { vi } from "vitest";
import { gatewayConfig, keysSchema } from "../../components/config/keys";
import type { SmoltbotConfig, SmoltbotGateway } from "../../components/smoltbot/config";
import { smoltbot } from "../../components/smoltbot/product";
import type { Rendering } from "../../components/kubernetes/helm/render";
import { planGateway } from "../../components/kubernetes/gateway/plan-gateway";
import { renderSmoltbot, type SmoltbotRelease } from "../../components/smoltbot/release";
import { settingNames } from "../../components/kubernetes/gateway/setting-names";
import { gateInput } from "../../components/kubernetes/gateway/gate-input";
import { allGates, type GateInput } from "../../components/smoltbot/gate-input";
import type { Evidence } from "../../components/upgrade/evidence/evidence";
import type {
  ClusterFacts,
  JobFacts,
  KubernetesFacts,
  WorkloadFacts,
} from "../../components/kubernetes/facts/cluster-facts";
import type { DatabaseFacts } from "../../components/upgrade/facts";
import type { Finding } from "../../components/upgrade/finding";
import { askGates } from "../../components/upgrade/gate";
import { observed } from "../../components/upgrade/observation";
import { connectLab } from "../lab/lab";
import { licenseToken } from "../lab/license";

/** Runs Helm once for the same chart and values, however often it is asked: most plants leave both as they are. Holds for what is imported after this file. */
vi.mock(import("../../components/kubernetes/helm/render"), async (load) => {
  const real = await load();
  const renderings = new Map<string, Promise<Rendering>>();
  const renderChart: typeof real.renderChart = (args, about) => {
    const key = JSON.stringify(args);
    const known = renderings.get(key) ?? real.renderChart(args, about);
    renderings.set(key, known);
    return known;
  };
  return { ...real, renderChart };
});

const HOUR_MS = 3_600_000;
const NOW = Date.parse("2026-06-01T12:00:00Z");
/** Bytes. */
export const GIB = 1024 ** 3;
export const MIB = 1024 ** 2;
/** Digest of every image. */
const DIGEST = `sha256:${"d".repeat(64)}`;
/** The chart as shipped. */
export const chart = { path: join(import.meta.dirname, "../lab/charts/mnemom-gateway") };
const catalogue = join(import.meta.dirname, "../lab/catalogue.yaml");

type Tree = Readonly<Record<string, unknown>>;

/** What a test plants in a setup that is otherwise clean. */
export interface Plant {
  readonly smoltbot?: Tree;
  readonly promotion?: Tree;
  readonly secrets?: Readonly<Record<string, string | undefined>>;
  readonly cluster?: Partial<ClusterFacts>;
  readonly database?: Partial<DatabaseFacts>;
  readonly facts?: Partial<KubernetesFacts>;
}

/** Evidence of a verification two days ago. */
export const evidence = (version: string, changes: Partial<Evidence> = {}): Evidence => ({
  version,
  digests: {},
  configHash: "hash",
  schemaHead: "002.sql",
  verifiedAt: "2026-05-30T12:00:00Z",
  probes: { sent: 20, failed: 0 },
  restarts: 0,
  ...changes,
});

/** All secrets that a gateway needs, with a license that ends in so many hours. */
export const secretsOf = (hours: number): Readonly<Record<string, string>> => ({
  SUPABASE_URL: "https://db.example",
  SUPABASE_KEY: "key",
  SUPABASE_JWT_SECRET: "jwt",
  ANTHROPIC_API_KEY: "key",
  POSTGRES_URL: "postgresql://u:p@db/x",
  MNEMOM_LICENSE_JWT: licenseToken(new Date(NOW + hours * HOUR_MS)),
});

/** What the evidence of a stack keeps that runs the same as this one. */
const likewise = (
  { workloads, job, rendering: { chart } }: SmoltbotRelease,
  config: Pick<SmoltbotGateway, "settings" | "secrets">,
): Partial<Evidence> => ({
  images: Object.fromEntries(imagesOf([...workloads, job]).map(({ image }) => [image, DIGEST])),
  chart: { name: chart.name, version: chart.version },
  settings: [...settingNames("smoltbot", config)],
});

const labels = {
  "app.kubernetes.io/name": "mnemom-gateway",
  "app.kubernetes.io/instance": "smoltbot",
  "app.kubernetes.io/component": "gateway",
};
/** What the chart asks for by default: millicores and bytes. */
export const asked = (cpu: number, memory: number, limits: readonly [number, number]) => ({
  requests: { cpu, memory: memory * MIB },
  limits: { cpu: limits[0], memory: limits[1] * MIB },
});
/** A Deployment that is well. */
export const workload = (
  name: string,
  desired: number,
  resources: WorkloadFacts["resources"] = {},
): WorkloadFacts => ({
  name,
  desired,
  generation: 1,
  updated: desired,
  ready: desired,
  available: desired,
  observed: true,
  images: {},
  resources,
  selector: {},
  probed: false,
});
/** A gateway pod that is well. */
export const pod = (name: string, tag: string, restarts = 0) => ({
  name,
  labels,
  phase: "Running",
  ready: true,
  terminating: false,
  containers: [
    { name: "gateway", image: `ghcr.io/mnemom/gateway:${tag}`, digest: "sha256:a", restarts },
  ],
});
/** A node with 3 cores and 6 GiB left. */
export const node = {
  name: "node-1",
  ready: true,
  schedulable: true,
  images: [],
  allocatable: { cpu: 4000, memory: 8 * GIB },
  requested: { cpu: 1000, memory: 2 * GIB },
};
/** A migration Job. */
export const migration = (name: string, state: JobFacts["state"]): JobFacts => ({
  name,
  labels: { ...labels, "app.kubernetes.io/component": "migration" },
  state,
  reason: state === "failed" ? "BackoffLimitExceeded" : "",
});

const cleanCluster: ClusterFacts = {
  version: "1.34.4",
  uid: "0b2d3c1e-of-kube-system",
  namespaceExists: true,
  nodes: [node],
  workloads: [
    workload("smoltbot-mnemom-gateway-gateway", 2, { gateway: asked(100, 256, [1000, 512]) }),
    workload("smoltbot-mnemom-gateway-observer", 1, { observer: asked(50, 128, [500, 256]) }),
  ],
  pods: [pod("gateway-1", "1.0.0"), pod("gateway-2", "1.0.0")],
  jobs: [],
  budgets: [],
  policies: [],
  admission: observed({ quotas: [], limitRanges: [] }),
  live: [],
  record: {
    "defaults.yaml": readFileSync(join(chart.path, "values.yaml"), "utf8"),
  },
  helmRecords: [],
};
const cleanDatabase: DatabaseFacts = {
  exists: true,
  server: "15.18",
  dumpTool: "15.18",
  database: "mnemom",
  bytes: 5 * GIB,
  mayCreateDatabase: true,
  migrations: ["001.sql", "002.sql"],
  freeBytes: 100 * GIB,
  migrating: false,
};

/** What the gates are asked about a minor upgrade from 1.0.0 to 1.1.0 with something planted in it. */
export async function questionOf(plant: Plant = {}, name = "smoltbot"): Promise<GateInput> {
  const parsed = keysSchema(smoltbot, configuredKubernetes).parse({
    smoltbot: {
      version: "1.1.0",
      notesRead: "1.1.0",
      kubernetes: { context: "prod", namespace: "smoltbot" },
      chart,
      catalogue,
      ...plant.smoltbot,
    },
    smoltbotSecrets: Object.fromEntries(
      Object.entries({ ...secretsOf(24 * 365), ...plant.secrets }).filter(
        ([, value]) => value !== undefined,
      ),
    ),
    promotion: { from: "staging", ...plant.promotion },
  });
  const config = gatewayConfig<SmoltbotConfig>(name, parsed, "smoltbot");
  const release = await renderSmoltbot(config.settings, config.secrets);
  const facts: KubernetesFacts = {
    now: NOW,
    cluster: observed({ ...cleanCluster, ...plant.cluster }),
    adoption: undefined,
    images: Object.fromEntries(
      imagesOf([...release.workloads, release.job]).map(({ image }) => [
        image,
        observed({ exists: true, digests: [DIGEST] }),
      ]),
    ),
    database: observed({ ...cleanDatabase, ...plant.database }),
    store: observed({ words: "/dumps", dumps: 3 }),
    restore: observed({ dumps: [], candidate: undefined, risk: undefined }),
    own: observed(evidence("1.0.0")),
    staging: observed(evidence("1.1.0", likewise(release, config))),
    ...plant.facts,
  };
  const plan = planGateway(release, facts, smoltbot.container);
  return gateInput(smoltbot, { config, release, facts, plan });
}

/** All findings about one gateway of a stack that are no passes. */
export const objectionsIn = (
  input: GateInput,
  stack: readonly GateInput[] = [input],
): readonly Finding[] =>
  askGates(allGates, input, stack).filter(({ verdict }) => verdict !== "pass");

/** All findings about a gateway alone that are no passes. */
export const objections = async (plant: Plant = {}): Promise<readonly Finding[]> =>
  objectionsIn(await questionOf(plant));

/** Lets `helm` mean the lab's own. */
export async function useHelmOfLab(): Promise<void> {
  const { env } = await connectLab();
  process.env["PATH"] = env["PATH"];
}
