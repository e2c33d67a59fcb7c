import { lt } from "semver";
import { gate, type Finding } from "../../../upgrade/finding";
import type { Observation } from "../../../upgrade/observation";
import { goesBack, type Plan } from "../../../upgrade/plan/plan";
import { PARTS, skewOf } from "../../skew/rule";

const { pass, warn, block, unknown } = gate("behind-api");

/** What this gate looks at. */
export interface BehindApiArgs {
  readonly plan: Plan;
  /** What comes to a release. */
  readonly part: "host" | "cli";
  /** The release that the API was verified at last; undefined if the stack file does not say which API it is. */
  readonly api: Observation<string | undefined> | undefined;
  /** `gateway bamf of stack prod` */
  readonly words: string | undefined;
  /** Config path of the API. */
  readonly at: string;
}

/**
 * Lets agents and CLIs come only to a release that the API has already (B-30, B-31, B-34): it is brought up first, and brought back last. Going back is never stopped by it, since that is
 * the way out, unless some of what runs would come up by it.
 *
 * Source: BAMF guide, "Version Compatibility".
 */
export function behindApi({ plan, part, api, words = "", at }: BehindApiArgs): readonly Finding[] {
  const { to } = plan;
  const { rule } = PARTS[part];
  const what = WHAT[part];
  if (api === undefined)
    return [
      warn({
        at,
        found: `${what} of ${to}, and nothing that tells the release of their API`,
        expected: `an API of that release, or of a newer one (${rule})`,
        fix: "name its gateway and its stack, or its release, as `api` in the stack file",
      }),
    ];
  const isBack = goesBack(plan) && !plan.running.some((one) => lt(one, to));
  const grave = isBack ? warn : block;
  if (!api.observed)
    return [
      (isBack ? warn : unknown)({
        at,
        found: `no look at the release of ${words}: ${api.reason}`,
        expected: `an API of ${to}, or of a newer release (${rule})`,
        fix: "make the outputs of that stack readable from here, and run again",
      }),
    ];
  if (api.value === undefined)
    return [
      grave({
        at,
        found: `${words} without evidence of any release`,
        expected: `an API of ${to}, or of a newer release (${rule})`,
        fix: `bring the API to ${to} first, or correct api.gateway and api.stack`,
      }),
    ];
  const skews = skewOf({ api: api.value, [part === "cli" ? "clis" : "hosts"]: [to] });
  if (skews.length === 0) return [pass({ at, found: `${what} of ${to} beside API ${api.value}` })];
  return skews.map(({ found, expected }) =>
    grave({
      at,
      found,
      expected: `${expected} (${rule})`,
      fix: `bring ${words} to ${to} first, then the ${what}`,
    }),
  );
}

const WHAT = { host: "agents", cli: "CLI" } as const;
