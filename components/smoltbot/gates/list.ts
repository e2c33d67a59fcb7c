import type { Gate } from "../../upgrade/gate";
import type { CoreInput, CoreSettings } from "../../upgrade/gate-input";
import { goesBack } from "../../upgrade/plan/plan";
import { instanceName } from "../instance-name";
import { readActivations, readLicense } from "../license";
import { licenseHorizon } from "./license-horizon";
import { licenseInstance } from "./license-instance";

/** Everything that smoltbot's own gates are asked about, wherever it runs. */
export interface SmoltbotInput extends CoreInput {
  readonly settings: CoreSettings & { readonly license: { readonly horizonHours: number } };
}

/** The key that holds the license. Source: `mnemom/smoltbot@33f9a5a`, license check of /health/ready. */
const LICENSE = "MNEMOM_LICENSE_JWT";

/** Gates that only smoltbot has. */
export const smoltbotGates: readonly Gate<SmoltbotInput>[] = [
  {
    name: "license-horizon",
    question: "Does the license outlive the upgrade, the soak and the way back?",
    ask: ({ secrets, settings, plan, facts, secretsAt }) =>
      licenseHorizon({
        isBack: goesBack(plan),
        license: readLicense(secrets[LICENSE]),
        at: secretsAt(LICENSE),
        now: facts.now,
        horizonHours: settings.license.horizonHours,
      }),
  },
  {
    name: "license-instance",
    question:
      "Does the name under which the gateway reports itself cost an activation per release?",
    ask: ({ secrets, settings, plan, at }) =>
      licenseInstance({
        instance: instanceName(settings.values),
        release: plan.to,
        activations: readActivations(secrets[LICENSE]),
        at: at("values.config.GATEWAY_VERSION"),
      }),
  },
];
