import { counted } from "../../upgrade/counted";
import { gate, type Finding } from "../../upgrade/finding";
import type { CordonKeys } from "../cordon-keys";
import { allowedCut } from "../sessions/bridge-roll";
import { describeAgentRoll, type AgentRollArgs } from "../sessions/agent-roll";

const { pass, warn, block } = gate("agent-roll");

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

/** What is asked about the number of agents. */
export interface FewerAgentsArgs {
  /** As the live Deployment says; undefined if there is none, or nobody could look. */
  readonly running: number | undefined;
  /** Most agents that the release may have. */
  readonly most: number;
  /** True going back, and going on with what was cut off: that is told, and not stopped. */
  readonly wayOut: boolean;
  readonly roll: AgentRollGateArgs["roll"];
  /** `Deployment/bamf-agent` */
  readonly at: string;
  /** Config path of the values. */
  readonly valuesAt: string;
}

/**
 * Lets fewer agents be declared only where tunnels may be cut: those that are too many are stopped as soon as the number is applied, before anybody drains them. How
 * many tunnels run through them nobody has looked at.
 *
 * Source: `kubernetes/kubernetes@v1.34.4:pkg/controller/deployment/sync.go` (scale: a change of the number comes before that of the template).
 */
export function fewerAgents(args: FewerAgentsArgs): readonly Finding[] {
  const { running = 0, most, wayOut, roll, at, valuesAt } = args;
  if (running <= most) return [];
  const mayCut = roll.sessions.policy === "cut" && allowedCut(roll) > 0;
  return [
    (wayOut || mayCut ? warn : block)({
      at,
      found: `at most ${counted(most, "agent")} declared, and ${running} run: Kubernetes stops ${running - most} of them at once, whatever runs through it`,
      expected: `at least ${running}, since nothing carries a tunnel through an agent`,
      fix: `say ${running} in ${valuesAt}; for fewer let tunnels be cut at this release: sessions.policy cut, and consents.cut`,
    }),
  ];
}
