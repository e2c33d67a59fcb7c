import type { Finding } from "../upgrade/finding";
import { connectionUrls } from "../upgrade/gates/connection-urls";
import { networkReach } from "../upgrade/gates/network-reach";
import { targetsOf, urlRules } from "./connections";
import type { SmoltbotQuestion } from "./smoltbot-question";

/** Whether what the pods connect to can be reached as the stack file says. */
export function connectionFindings({
  config,
  release,
  facts,
}: SmoltbotQuestion): readonly Finding[] {
  const { smoltbotSecrets } = config;
  const at = "gateways:smoltbotSecrets";
  return [
    connectionUrls({ values: smoltbotSecrets, rules: urlRules, at }),
    networkReach({
      cluster: facts.cluster,
      objects: release.configuration,
      labels: release.availability.selector,
      targets: targetsOf(smoltbotSecrets),
      at,
    }),
  ].flat();
}
