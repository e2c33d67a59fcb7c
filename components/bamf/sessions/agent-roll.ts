import type { BridgeRollArgs } from "./bridge-roll";
import type { AgentOptionsInput } from "./options";

export interface AgentRollArgs extends Pick<
  BridgeRollArgs,
  "sessions" | "cut" | "version" | "withinSeconds"
> {
  readonly options: AgentOptionsInput;
}

/** How the agents of the chart are rolled: what the rollout step is told. Nothing carries tunnels through an agent; a consent to cut counts only for its release. */
export const agentRoll = ({ sessions, cut, version, withinSeconds, options }: AgentRollArgs) => ({
  sessions: "bamf-agents",
  policy: sessions.policy,
  cut: cut?.release === version ? cut.sessions : 0,
  limitSeconds: sessions.limitMinutes * 60,
  cordon: sessions.cordon,
  carry: false,
  withinSeconds,
  options: { ...options },
});

/**
 * What the preview says that a roll of the agents will do.
 *
 * @param leads - whether new tunnels are kept off the old agents
 */
export function describeAgentRoll(
  { sessions, cut, version }: Pick<AgentRollArgs, "sessions" | "cut" | "version">,
  leads: boolean,
): readonly string[] {
  const { policy, limitMinutes } = sessions;
  const allowed = cut?.release === version ? cut.sessions : 0;
  const then = {
    wait: "those that are still open are waited for without a limit",
    stop: "those that are still open end the run, with old and new agents serving",
    cut: `those that are still open are cut, up to ${allowed} of them; more end the run`,
  }[policy];
  return [
    "all new agents come up beside the old ones, which takes room for both",
    leads
      ? "then the old instances are marked as draining in the product's Redis, so that new tunnels go to the new ones; undone if the run ends before they are gone"
      : "new tunnels are not kept off the old ones: nothing is written into the product's Redis, and the API chooses the agent with the fewest tunnels, mostly a new one",
    "the stop of an agent cuts each tunnel through it, and nothing can carry one",
    `so an old agent stops when its tunnels have ended, for which they have ${limitMinutes} min${leads ? " in all" : " an agent"}`,
    then,
  ];
}
