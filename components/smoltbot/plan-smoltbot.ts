import type { Facts } from "../upgrade/facts";
import { planUpgrade, type Plan } from "../upgrade/plan";
import type { SmoltbotRelease } from "./release";
import { runningVersions } from "./running-versions";

/** Plans from what was verified last and what runs now. */
export function planSmoltbot({ version, availability }: SmoltbotRelease, facts: Facts): Plan {
  return planUpgrade({
    wanted: version,
    verified: facts.own.seen ? facts.own.value?.version : undefined,
    running: facts.cluster.seen ? runningVersions(facts.cluster.value, availability.selector) : [],
  });
}
