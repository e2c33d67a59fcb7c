import { gate, type Finding } from "../../../upgrade/finding";
import type { Observation } from "../../../upgrade/observation";
import { goesBack, type Plan } from "../../../upgrade/plan/plan";
import { skewOf } from "../../skew/rule";

const { pass, warn, block, unknown } = gate("agents-behind-api");

/** What this gate looks at. */
export interface AgentsBehindApiArgs {
  readonly plan: Plan;
  /** The release that the API was verified at last; undefined if the stack file does not say which API it is. */
  readonly api: Observation<string | undefined> | undefined;
  /** `gateway bamf of stack prod` */
  readonly words: string | undefined;
  /** Config path of the API. */
  readonly at: string;
}

/**
 * Lets agents come only to a release that the API has already (B-31, B-34): it is brought up first, and brought back last. Going back is never stopped by it, since that is the way out.
 *
 * Source: BAMF guide, "Version Compatibility".
 */
export function agentsBehindApi({
  plan,
  api,
  words = "",
  at,
}: AgentsBehindApiArgs): readonly Finding[] {
  const { to } = plan;
  if (api === undefined)
    return [
      warn({
        at,
        found: `agents of ${to}, and nothing that tells the release of their API`,
        expected: "an API of that release, or of a newer one (B-31)",
        fix: "name its gateway and its stack, or its release, as `api` in the stack file",
      }),
    ];
  const grave = goesBack(plan) ? warn : block;
  if (!api.observed)
    return [
      (goesBack(plan) ? warn : unknown)({
        at,
        found: `no look at the release of ${words}: ${api.reason}`,
        expected: `an API of ${to}, or of a newer release (B-31)`,
        fix: "make the outputs of that stack readable from here, and run again",
      }),
    ];
  if (api.value === undefined)
    return [
      grave({
        at,
        found: `${words} without evidence of any release`,
        expected: `an API of ${to}, or of a newer release (B-31)`,
        fix: `bring the API to ${to} first, or correct api.gateway and api.stack`,
      }),
    ];
  const skews = skewOf({ api: api.value, hosts: [to] });
  if (skews.length === 0) return [pass({ at, found: `agents of ${to} beside API ${api.value}` })];
  return skews.map(({ found, expected, rule }) =>
    grave({
      at,
      found,
      expected: `${expected} (${rule})`,
      fix: `bring ${words} to ${to} first, then the agents`,
    }),
  );
}
