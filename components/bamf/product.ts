import { databaseSourceIn, jobBeside } from "../kubernetes/gateway/database-source";
import { namedDatabases } from "../kubernetes/gateway/named-databases";
import type { KubernetesProduct } from "../kubernetes/gateway/product";
import { settingNames } from "../kubernetes/gateway/setting-names";
import { chartNames } from "../kubernetes/helm/chart-names";
import { stepName } from "../kubernetes/objects/workload-kind";
import { askGates } from "../upgrade/gate";
import { valueAt } from "../upgrade/values";
import { bridgeOptions } from "./bridge-options";
import { bamfSchema, type BamfConfig } from "./config";
import type { BamfInput, TunnelFacts } from "./bamf-input";
import { allGates } from "./gate-input";
import { lookAtAgents } from "./look-at-agents";
import { lookAtBridges } from "./look-at-bridges";
import { bamfNames, CHART } from "./names";
import { chartSecrets, DATABASE_URL, keyFor, podSecrets } from "./pod-secrets";
import { renderBamf, type BamfRelease } from "./release";
import { rulesOf } from "./release-rules";

const NAME = "bamf";
// Source: mattrobinsonsre/bamf@v0.11.0:helm/bamf/templates/deployment-api.yaml
const PORT = 8000;

/** What a verification looks at in the product's own data, if bridges are among what it verifies. */
function checksOf(settings: BamfConfig, workloads: BamfRelease["workloads"]) {
  const { bridge: name } = bamfNames(settings.kubernetes.release, settings.values);
  const bridge = workloads.find(({ metadata }) => metadata.name === name);
  if (bridge === undefined) return {};
  const bridges = stepName({ kind: bridge.kind, name });
  return { checks: { kind: NAME, options: { ...bridgeOptions(settings), bridges } } };
}

/** Access for people and machines by short-lived certificates, in Kubernetes. */
export const bamf: KubernetesProduct<BamfConfig, BamfRelease> = {
  name: NAME,
  targets: ["kubernetes"],
  settings: bamfSchema,
  health: {
    port: PORT,
    ready: "/ready",
    // The API counts nothing: whoever counts its requests for it calls the counter so. Without one there is no data, which is no verdict.
    requestsMetric: "bamf_api_requests_total",
  },
  container: "api",
  render: ({ settings, secrets }, about) => renderBamf(settings, secrets, about),
  names: ({ kubernetes, values }) => bamfNames(kubernetes.release, values),
  podSecrets: ({ secrets }) => podSecrets(secrets),
  adoptedKey: (names, secret) => keyFor({ names }, secret),
  adoptedSecrets: ({ secrets }) => chartSecrets(secrets),
  database: {
    source: (settings) => {
      const { kubernetes, values } = settings;
      const names = chartNames(CHART, kubernetes.release, values);
      const pull = valueAt(values, ["global", "imagePullSecrets"]);
      return databaseSourceIn(settings, jobBeside(names, pull));
    },
    key: DATABASE_URL,
    // As the chart names them.
    inPod: { database: "bamf", user: "bamf" },
    trackingTable: "alembic_version",
    named: (config) => namedDatabases(NAME, DATABASE_URL, config),
  },
  // Outside of a release of Helm its revision is 1.
  migrationHook: ({ fullname }) => `${fullname}-migrations-1`,
  rules: rulesOf,
  settingNames: (config) => settingNames(NAME, config),
  verification: (settings, { workloads }) => ({
    service: { name: bamfNames(settings.kubernetes.release, settings.values).gateway, port: PORT },
    podPort: PORT,
    paths: { ready: "/ready", live: "/health", about: "/health", metrics: "/metrics" },
    proxied: {
      method: settings.verify.requests.method,
      // Refused for the lack of a login, by the API itself: 403, or 401 in some releases; 429 if there are too many at once.
      path: settings.verify.requests.path ?? "/api/v1/agents",
      headers: {},
      ok: [200, 401, 403, 429],
    },
    ...checksOf(settings, workloads),
  }),
  look: async (client, { settings: { kubernetes, values } }): Promise<TunnelFacts> => {
    const deployment = bamfNames(kubernetes.release, values).agent;
    const [bridges, agents] = await Promise.all([
      lookAtBridges(client, kubernetes),
      lookAtAgents(client, { ...kubernetes, deployment }),
    ]);
    return { bridges, agents };
  },
  // Of other gateways the gates read only what every product has.
  ask: (input, all) => askGates(allGates, input, all as readonly BamfInput[]),
};
