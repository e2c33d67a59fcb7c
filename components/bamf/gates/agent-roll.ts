import { gate, type Finding } from "../../upgrade/finding";
import type { CordonKeys } from "../cordon-keys";
import { describeAgentRoll, type AgentRollArgs } from "../sessions/agent-roll";

const { pass, warn } = gate("agent-roll");

/** What this gate looks at. */
export interface AgentRollGateArgs {
  readonly roll: Pick<AgentRollArgs, "sessions" | "cut" | "version">;
  /** Whether the catalogue vouches for the product's Redis; of the release that is wanted: the agents come after all else. */
  readonly keys: CordonKeys;
  /** False if the chart has no agents, or if nothing is to change. */
  readonly rolls: boolean;
  /** Config path of a setting. */
  readonly at: (setting: string) => string;
}

/**
 * Says what a roll of the chart's agents does to the tunnels through them, and what it writes into the product's Redis, before anything is touched: the stop of
 * an agent cuts each of its tunnels (5.3 of what is known of the product), so that old ones stand beside the new ones until theirs have ended.
 */
export function agentRoll({ roll, keys, rolls, at }: AgentRollGateArgs): readonly Finding[] {
  if (!rolls) return [pass({ at: at("sessions"), found: "no agent that would be replaced" })];
  const leads = roll.sessions.cordon && keys.kind === "vouched";
  const why =
    roll.sessions.cordon && keys.kind !== "vouched" ? ` (nobody vouches: ${keys.reason})` : "";
  return [
    warn({
      at: at("sessions"),
      found: `a roll of the agents: ${describeAgentRoll(roll, leads).join("; ")}${why}`,
      expected: "tunnels that are treated so",
      fix: "nothing, if that is meant; else change sessions.policy, limitMinutes or cordon in the stack file",
    }),
  ];
}
