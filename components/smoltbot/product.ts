import { smoltbotSchema, type SmoltbotConfig } from "./config";
import type { KubernetesProduct } from "../kubernetes/gateway/product";
import { settingNames } from "../kubernetes/gateway/setting-names";
import { askGates } from "../upgrade/gate";
import { valuesNeededBy } from "../upgrade/plan/catalogue";
import { databaseSource, databasesNamed, POSTGRES_URL, TRACKING_TABLE } from "./database-source";
import { allGates, type GateInput } from "./gate-input";
import { HEALTH } from "./health";
import { instanceName } from "./instance-name";
import { smoltbotNames } from "./names";
import { releaseRules, requiredKeysOf } from "./release-rules";
import { renderSmoltbot, type SmoltbotRelease } from "./release";
import { statusChecks } from "./verification/check-status";

/** The smoltbot gateway, in Kubernetes. What else is true of it on a Docker host is in docker/product.ts. */
export const smoltbot: KubernetesProduct<SmoltbotConfig, SmoltbotRelease> = {
  name: "smoltbot",
  targets: ["kubernetes", "docker"],
  settings: smoltbotSchema,
  health: HEALTH,
  container: "gateway",
  render: ({ settings, secrets }, about) => renderSmoltbot(settings, secrets, about),
  names: ({ kubernetes, values }) => smoltbotNames(kubernetes.release, values),
  database: {
    source: databaseSource,
    key: POSTGRES_URL,
    // As the upgrade guide names them (S-04).
    inPod: { database: "mnemom", user: "mnemom" },
    trackingTable: TRACKING_TABLE,
    named: databasesNamed,
  },
  migrationHook: ({ fullname }) => `${fullname}-migrate`,
  rules: ({ catalogue, version }) => ({
    ...releaseRules,
    requiredKeys: requiredKeysOf(catalogue, version),
    requiredValues: valuesNeededBy(catalogue, version),
  }),
  settingNames: (config) => settingNames("smoltbot", config),
  // As the chart ships it the observer never gets ready (T-01); every upgrade takes its HTTP probes away.
  mayBeUnready: ({ observer }) => [observer],
  verification: ({ values, statusProgram }) => ({
    reportedVersion: instanceName(values),
    ...statusChecks(statusProgram),
  }),
  // Of other gateways the gates read only what every product has.
  ask: (input, all) => askGates(allGates, input, all as readonly GateInput[]),
};
