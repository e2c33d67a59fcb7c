import { allowedCut, bridgeRoll, type BridgeRollArgs } from "./bridge-roll";
import type { AgentOptionsInput } from "./options";

export interface AgentRollArgs extends Omit<BridgeRollArgs, "options"> {
  readonly options: AgentOptionsInput;
}

/** How the agents of the chart are rolled: as the bridges, but nothing carries tunnels through an agent. */
export const agentRoll = (args: AgentRollArgs) => ({
  ...bridgeRoll(args),
  sessions: "bamf-agents",
  carry: false,
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
  const allowed = allowedCut({ cut, version });
  const time =
    limitMinutes === 0
      ? "get no time"
      : `have ${limitMinutes} min${leads ? " in all" : " an agent"}`;
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
    `so an old agent stops when its tunnels have ended, for which they ${time}`,
    then,
  ];
}
