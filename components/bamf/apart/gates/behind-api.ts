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
  /** The releases that its pods run or start now; undefined where nobody can look. */
  readonly live: Observation<readonly string[]> | undefined;
  /** `gateway bamf of stack prod` */
  readonly words: string | undefined;
  /** Config path of the API. */
  readonly at: string;
}

/**
 * Lets agents and CLIs come only to a release that the API has already (B-30, B-31, B-34): it is brought up first, and brought back last. What runs of the API decides, the oldest of it if there are
 * several; and it was verified at that release, or at a newer one, so that it is not taken back in the next moment. Where nobody can look at what runs, the evidence stands alone, which is said. Going
 * back is never stopped by it, since that is the way out, unless some of what runs would come up by it.
 *
 * Source: BAMF guide, "Version Compatibility".
 */
export function behindApi(args: BehindApiArgs): readonly Finding[] {
  const { plan, part, api, live, words = "", at } = args;
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
  const broken = (release: string, how: string, first: string) =>
    skewOf({ api: release, [part === "cli" ? "clis" : "hosts"]: [to] }).map(({ found, expected }) =>
      grave({
        at,
        found: `${found}${how}`,
        expected: `${expected} (${rule})`,
        fix: `bring ${words} to ${to} first${first}, then the ${what}; an API that this program does not upgrade is told by api.release`,
      }),
    );
  const running = live?.observed === true ? live.value : [];
  const now = running.flatMap((release) => broken(release, ", which runs now", ""));
  if (now.length > 0) return now;
  const expected = `an API of ${to}, or of a newer release (${rule})`;
  if (!api.observed)
    return [
      (isBack ? warn : unknown)({
        at,
        found: `no look at the release of ${words}: ${api.reason}`,
        expected,
        fix: "make the outputs of that stack readable from here, and run again",
      }),
    ];
  if (api.value === undefined)
    return [
      grave({
        at,
        found: `${words} without evidence of any release`,
        expected,
        fix: `bring the API to ${to} first, or correct api.gateway and api.stack`,
      }),
    ];
  const verified = live === undefined ? "" : ", as it was verified last";
  const before = broken(api.value, verified, running.length > 0 ? ", and have it verified" : "");
  return before.length > 0 ? before : [beside(args, api.value, running)];
}

/** Nothing speaks against it: by what runs, or by the evidence alone. */
function beside(
  { plan: { to }, part, live, words = "", at }: BehindApiArgs,
  verified: string,
  running: readonly string[],
): Finding {
  const what = WHAT[part];
  if (live === undefined) return pass({ at, found: `${what} of ${to} beside API ${verified}` });
  if (running.length > 0)
    return pass({
      at,
      found: `${what} of ${to} beside API ${running.join(" and ")}, which runs now`,
    });
  return warn({
    at,
    found: `${live.observed ? `no pod of ${words} runs` : `no look at what runs of ${words}: ${live.reason}`}; API ${verified}, as it was verified last, speaks for ${what} of ${to}`,
    expected: `an API of ${to}, or of a newer release, that runs (${PARTS[part].rule})`,
    fix: `see which release of ${words} runs before the ${what} change`,
  });
}

const WHAT = { host: "agents", cli: "CLI" } as const;
