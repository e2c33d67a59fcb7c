import { gate, type Finding } from "../../upgrade/finding";
import type { CordonKeys } from "../cordon-keys";
import { describeBridgeRoll, type BridgeRollArgs } from "../sessions/bridge-roll";

const { pass, warn } = gate("bridge-roll");

/** What this gate looks at. */
export interface BridgeRollGateArgs {
  readonly roll: Pick<BridgeRollArgs, "sessions" | "cut" | "version">;
  /** Whether the catalogue vouches for what a cordon writes; of the release that is wanted, and of all bridges that run. */
  readonly keys: CordonKeys;
  /** False if the release has no bridges, or if nothing is to change. */
  readonly rolls: boolean;
  /** Config path of a setting. */
  readonly at: (setting: string) => string;
}

/**
 * Says what a roll of the bridges does to sessions, and what it writes into the product's Redis, before anything is touched (T-39, T-40): the catalogue has to vouch for
 * the releases, and `sessions.cordon: false` switches it off. Tells of a consent that does not fit the policy.
 */
export function bridgeRoll(args: BridgeRollGateArgs): readonly Finding[] {
  const { rolls, at } = args;
  const consents = judgeConsent(args);
  if (!rolls)
    return [...consents, pass({ at: at("sessions"), found: "no bridge that would be replaced" })];
  return [...consents, told(args)];
}

function told({ roll, keys, at }: BridgeRollGateArgs): Finding {
  const { sessions } = roll;
  if (sessions.cordon && keys.kind !== "vouched")
    return warn({
      at: at("sessions.cordon"),
      found: `nobody who vouches for the keys of the product's Redis, so that nothing is written there and new tunnels are not kept off a bridge: ${keys.reason}`,
      expected: "releases for which the catalogue vouches",
      fix: "expect tunnels to be cut that begin while their bridge stops; go on to a release that the catalogue vouches for",
    });
  const sure = keys.kind === "vouched" && sessions.cordon ? ` (${keys.why})` : "";
  return warn({
    at: at("sessions"),
    found: `a roll of the bridges, one at a time: ${describeBridgeRoll(roll).join("; ")}${sure}`,
    expected: "sessions that are treated so",
    fix: "nothing, if that is meant; else change sessions.policy, limitMinutes, cordon or guard in the stack file",
  });
}

/** A consent counts for its release, and only where the policy asks for one. */
function judgeConsent({ roll, at }: BridgeRollGateArgs): readonly Finding[] {
  const { sessions, cut, version } = roll;
  const place = at("consents.cut");
  if (sessions.policy === "cut" && cut?.release !== version)
    return [
      warn({
        at: place,
        found: `the policy cut ${cut === undefined ? "without a consent" : `with a consent for ${cut.release}`}, so that no session is cut and the run ends as with stop`,
        expected: "a consent that names this release and the number of sessions",
        fix: `set consents.cut to { release: "${version}", sessions: ..., reason: "..." }, or another policy`,
      }),
    ];
  if (sessions.policy === "cut" || cut === undefined) return [];
  return [
    warn({
      at: place,
      found: `a consent for ${cut.release}, and the policy ${sessions.policy}, which cuts nothing`,
      expected: "no consent",
      fix: "remove consents.cut from the stack file",
    }),
  ];
}
