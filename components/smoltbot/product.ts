import { smoltbotSchema, type SmoltbotConfig } from "./config";
import type { KubernetesProduct } from "../kubernetes/gateway/product";
import { changesNothing } from "./changes-nothing";
import { databaseSource } from "./database-source";
import { demandsOf } from "./demands";
import type { GateInput } from "./gate-input";
import { instanceName } from "./instance-name";
import { smoltbotNames } from "./names";
import { renderSmoltbot, type SmoltbotRelease } from "./release";
import { settingsOf } from "./settings";
import { smoltbotFindings } from "./smoltbot-findings";

/** The smoltbot gateway, in Kubernetes. */
export const smoltbot: KubernetesProduct<SmoltbotConfig, SmoltbotRelease> = {
  name: "smoltbot",
  settings: smoltbotSchema,
  health: {
    // Whatever PORT says. Source: mnemom/smoltbot@33f9a5a:deploy/helm/mnemom-gateway/templates/deployment-gateway.yaml
    port: 8787,
    ready: "/health/ready",
    // Source: mnemom/smoltbot@33f9a5a, /metrics.
    requestsMetric: "gateway_requests_total",
  },
  container: "gateway",
  render: ({ settings, secrets }, about) => renderSmoltbot(settings, secrets, about),
  names: ({ kubernetes, values }) => smoltbotNames(kubernetes.release, values),
  database: databaseSource,
  databaseKey: "POSTGRES_URL",
  settingNames: settingsOf,
  // As the chart ships it the observer never gets ready (T-01).
  mayBeUnready: ({ observer }) => [observer],
  verification: ({ values }) => ({ reportedVersion: instanceName(values) }),
  demands: demandsOf,
  // Of other gateways these gates read only what every product has.
  ask: (question, stack) => smoltbotFindings(question, stack as readonly GateInput[]),
  changesNothing,
};
