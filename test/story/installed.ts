import { configuredKubernetes } from "../../components/kubernetes/gateway/settings";
import { gatewayConfig, keysSchema } from "../../components/config/keys";
import type { KubernetesObject } from "../../components/kubernetes/objects/object";
import { gatewayTarget } from "../../components/kubernetes/gateway/gateway-target";
import { identifierIn, kubernetesProviders } from "../../components/kubernetes/resources/provider";
import { migrationJob } from "../../components/smoltbot/migration-job";
import type { SmoltbotConfig } from "../../components/smoltbot/config";
import { smoltbot as product } from "../../components/smoltbot/product";
import type { SmoltbotRelease } from "../../components/smoltbot/release";
import { planUpgrade } from "../../components/upgrade/plan/plan";
import type { Prepared } from "../../components/upgrade/prepared";

type Tree = Readonly<Record<string, unknown>>;

/** A stack with one gateway, as far as it differs from the plain one. */
export interface Installed {
  /** Over the plain `gateways:smoltbot`. */
  readonly smoltbot?: Tree;
  /** Goes back from 1.1.0 to 1.0.0. @defaultValue false: the upgrade from 1.0.0 to 1.1.0 */
  readonly back?: boolean;
  /** Over the other keys of the stack file. */
  readonly keys?: Tree;
}

const reason = "because";

/** One of each kind of stack whose resources must stay what they are. */
export const installed: Readonly<Record<string, Installed>> = {
  plain: {},
  "a way back": { back: true },
  "a consent to a restore": {
    smoltbot: {
      consents: { restore: { release: "1.1.0", dump: "x-before-2.0.0.dump.zst", reason } },
    },
  },
  "an adoption": { smoltbot: { adopt: true } },
  "a consent to the removal": {
    smoltbot: { consents: { removal: { release: "1.1.0", reason } } },
  },
  "a database behind a Job": {
    smoltbot: {
      backup: { database: { job: {} }, store: { bucket: "dumps", region: "eu-central-1" } },
      availability: { autoscaling: { minReplicas: 2, maxReplicas: 4, targetCpu: 70 } },
      rollout: { nodesOnDemand: { withinSeconds: 90 } },
      verify: { requests: 5, url: "https://gateway.example/" },
    },
    keys: {
      smoltbotBackupCredentials: { accessKeyId: "AK1D", secretAccessKey: "k3y" },
      smoltbotPrometheusToken: "t0ken",
    },
  },
};

const metadata = (name: string) => ({ name, namespace: "smoltbot", labels: { of: name } });

const deployment = (name: string, image: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment" as const,
  metadata: metadata(`gw-${name}`),
  spec: {
    selector: { matchLabels: { of: name } },
    template: { spec: { containers: [{ name, image }] } },
  },
});

/** What a chart would have rendered, without Helm. */
function releaseOf(settings: SmoltbotConfig): SmoltbotRelease {
  const names = { fullname: "gw", gateway: "gw-gateway", observer: "gw-observer" };
  const { version, adopt, availability } = settings;
  const workloads = [
    deployment("gateway", `ghcr.io/mnemom/gateway:${version}`),
    deployment("observer", `ghcr.io/mnemom/observer:${version}`),
  ];
  const object = (apiVersion: string, kind: string, name: string): KubernetesObject => ({
    apiVersion,
    kind,
    metadata: metadata(name),
    data: {},
  });
  const selector = { of: "gateway" };
  return {
    version,
    names,
    rendering: { chart: { name: "mnemom-gateway", version: "0.1.0", appVersion: "1" } },
    catalogue: { releases: {} },
    configuration: [
      object("v1", "ConfigMap", "gw"),
      object("v1", "Service", "gw"),
      object("networking.k8s.io/v1", "NetworkPolicy", "gw"),
      object("v1", "ConfigMap", "gw-chart"),
    ],
    workloads,
    applied: adopt
      ? workloads.map(({ apiVersion, kind, metadata: of }) => ({ apiVersion, kind, metadata: of }))
      : workloads,
    job: migrationJob(settings, names, selector),
    availability: {
      workload: "gw-gateway",
      namespace: "smoltbot",
      labels: selector,
      selector,
      minAvailable: 1,
      autoscaling: availability.autoscaling,
    },
    configHash: "hash",
  } as unknown as SmoltbotRelease;
}

/** What an `up` of such a stack goes on with once its gates have answered. */
export function prepareInstalled({ smoltbot = {}, back = false, keys = {} }: Installed): Prepared {
  const [wanted, verified] = back ? ["1.0.0", "1.1.0"] : ["1.1.0", "1.0.0"];
  const config = gatewayConfig<SmoltbotConfig>(
    "smoltbot",
    keysSchema(product, configuredKubernetes).parse({
      smoltbot: {
        version: wanted,
        kubernetes: { context: "lab", namespace: "smoltbot" },
        chart: { path: "chart" },
        ...smoltbot,
      },
      smoltbotSecrets: { SUPABASE_KEY: "hunter2", POSTGRES_URL: "postgresql://u:pa55word@db/x" },
      smoltbotDatabaseUrl: "postgresql://u:pa55word@db.example/x",
      ...keys,
    }),
    "smoltbot",
  );
  const known = { stack: "prod", context: "first-context" };
  const schema = { schemaHead: "004.sql", seenAt: "2026-05-30T12:00:00Z" };
  const release = releaseOf(config.settings);
  const connect = () => {
    const placed = { kubernetes: config.settings.kubernetes, identity: known, predates: false };
    const provider = kubernetesProviders([placed])(placed);
    return { options: { provider }, identifier: identifierIn(provider) };
  };
  return {
    name: config.name,
    plan: planUpgrade({ wanted, verified, running: [verified], schema }),
    findings: [],
    unchanged: false,
    target: gatewayTarget({ product, config, release, connect }, { stack: "prod", known }),
    history: [],
    lastBackup: undefined,
    identity: known,
  };
}
