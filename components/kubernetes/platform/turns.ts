import type { ReplaceOptions } from "../../upgrade/platform";
import { StepFailure, type StepIo } from "../../upgrade/step-io";
import { newestPods } from "../watch/newest-pods";
import { findPodProblems } from "../watch/pod-problems";
import { overdueProblems, problemFix, type Since } from "../watch/problems";
import { isObserved, type RolloutView } from "../watch/rollout-view";

/** Says what a workload waits for, each time once. What is over at the next look is no news. */
export function tellWaits(name: string, { say }: StepIo): (wait: string) => void {
  let [said, last] = ["", ""];
  return (wait) => {
    if (wait !== "" && wait === last && wait !== said) say(`${name} waits for ${(said = wait)}`);
    last = wait;
  };
}

/**
 * Looks for pods of the new release that will not come up.
 *
 * @param since - since when each problem has been there, as the look before has left it
 * @returns the same for the next look
 * @throws StepFailure if there is one
 */
export function failIfStuck(
  { name, options }: { readonly name: string; readonly options: ReplaceOptions },
  view: RolloutView,
  since: Since,
): Since {
  // Until then its newest pods are those of the release before.
  if (!isObserved("deployment" in view ? view.deployment : view.statefulSet)) return since;
  const tolerance = {
    unschedulable: options.unschedulableWithinSeconds,
    ready: options.readyWithinSeconds,
  };
  const problems = newestPods(view).flatMap((pod) => findPodProblems(pod, tolerance));
  const weighed = overdueProblems(problems, since, Date.now());
  const [worst] = weighed.overdue;
  if (worst !== undefined)
    throw new StepFailure(`${name} does not come up: ${worst.text}`, problemFix[worst.kind]);
  return weighed.since;
}
