import type { Finding } from "../upgrade/finding";
import { connectionUrls } from "../upgrade/gates/connection-urls";
import { networkReach } from "../kubernetes/gates/network-reach";
import { targetsOf, urlRules } from "./connections";
import type { GateInput } from "./gate-input";

/** Whether what the pods connect to can be reached as the stack file says. */
export function connectionFindings({ config, release, facts }: GateInput): readonly Finding[] {
  const { secrets } = config;
  const at = "gateways:smoltbotSecrets";
  return [
    connectionUrls({ values: secrets, rules: urlRules, at }),
    networkReach({
      cluster: facts.cluster,
      objects: release.configuration,
      labels: release.availability.selector,
      targets: targetsOf(secrets),
      at,
    }),
  ].flat();
}
