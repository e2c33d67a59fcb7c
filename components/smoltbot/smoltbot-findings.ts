import type { GatewaysConfig } from "../config/schema";
import { autoscaler, disruptionBudget as budgetOf } from "../upgrade/availability-objects";
import type { Facts } from "../upgrade/facts";
import type { Finding } from "../upgrade/finding";
import { disruptionBudget } from "../upgrade/gates/disruption-budget";
import { licenseHorizon } from "../upgrade/gates/license-horizon";
import { replicas } from "../upgrade/gates/replicas";
import { rollingUpdate } from "../upgrade/gates/rolling-update";
import { stagingEvidence } from "../upgrade/gates/staging-evidence";
import { versionPolicy } from "../upgrade/gates/version-policy";
import type { Plan } from "../upgrade/plan";
import { readLicense } from "./license";
import type { SmoltbotRelease } from "./release";

export interface SmoltbotQuestion {
  readonly config: GatewaysConfig;
  readonly release: SmoltbotRelease;
  readonly facts: Facts;
  readonly plan: Plan;
}

/** What all gates say, at once and before anything is touched (law 3). */
export function smoltbotFindings({ config, release, facts, plan }: SmoltbotQuestion): Finding[] {
  const { smoltbot, smoltbotSecrets, promotion } = config;
  const { now } = facts;
  const scaler = autoscaler(release.availability);
  const rollout = {
    objects: [
      ...release.workloads,
      budgetOf(release.availability),
      ...(scaler === undefined ? [] : [scaler]),
    ],
    deployment: release.names.gateway,
  };
  return [
    versionPolicy({ plan, at: "gateways:smoltbot.version", notesRead: smoltbot.notesRead }),
    licenseHorizon({
      license: readLicense(smoltbotSecrets["MNEMOM_LICENSE_JWT"]),
      at: "gateways:smoltbotSecrets.MNEMOM_LICENSE_JWT",
      now,
      horizonHours: smoltbot.license.horizonHours,
    }),
    stagingEvidence({
      plan,
      staging: facts.staging,
      at: `stack ${promotion?.from ?? ""}`,
      now,
      soakHours: promotion?.soakHours ?? 0,
      breakGlass: promotion?.breakGlass,
    }),
    replicas(rollout),
    disruptionBudget(rollout),
    rollingUpdate(rollout),
  ].flat();
}
