import { counted } from "../../upgrade/counted";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import type { CordonKeys } from "../cordon-keys";
import type { AgentsFacts } from "../look-at-agents";
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
  /** As the Deployment says that the wanted release changes; undefined if there is none of it. */
  readonly running: number | undefined;
  /** Most agents that the release may have; 0 if it has none. */
  readonly most: number;
  /** The agents that run, and the Deployment that goes if the release has none. */
  readonly seen: Observation<AgentsFacts>;
  /** True going back, which is told and not stopped: with the revert of the whole file the number comes back, too. */
  readonly wayOut: boolean;
  readonly roll: AgentRollGateArgs["roll"];
  /** `Deployment/bamf-agent` */
  readonly at: string;
  /** Config path of the values. */
  readonly valuesAt: string;
}

/**
 * Lets fewer agents be declared, or none, only where no tunnel runs through those that go, or where so many may be cut: they are stopped as soon as the number is applied, or the
 * Deployment is deleted, before anybody drains them. Tunnels that begin until then are cut.
 *
 * Source: `kubernetes/kubernetes@v1.34.4:pkg/controller/deployment/sync.go` (scale: a change of the number comes before that of the template).
 */
export function fewerAgents(args: FewerAgentsArgs): readonly Finding[] {
  const { most, seen, wayOut, roll, at, valuesAt } = args;
  const running = args.running ?? (seen.observed && most === 0 ? seen.value.replicas : 0) ?? 0;
  if (running <= most) return [];
  const goes = running - most;
  const { open, silent } = cutBy(seen, most === 0 ? Infinity : goes);
  const allowed = roll.sessions.policy === "cut" ? allowedCut(roll) : 0;
  const mayCut = silent === undefined ? open <= allowed : allowed > 0;
  const tunnels = `${most === 0 ? "" : "at most "}${counted(open, "tunnel")} now${silent === undefined ? "" : `, and ${silent}`}`;
  return [
    (wayOut || mayCut ? warn : block)({
      at,
      found: `${most === 0 ? "no agent" : `at most ${counted(most, "agent")}`} declared, and ${running} run: Kubernetes stops ${most === 0 ? "all" : goes} of them at once, whatever runs through it: ${tunnels}`,
      expected:
        "nothing open through an agent that goes, since nothing carries a tunnel through one",
      fix: `leave ${counted(running, "agent")} in ${valuesAt} until nothing is open; or let so many tunnels be cut at this release: sessions.policy cut, and consents.cut`,
      // At the stack file that was verified last, too: a run that did not end well may have made the agents that are too many.
      stands: open > 0,
    }),
  ];
}

/** Tunnels through the fullest of the agents, as many of those as go; and who does not tell. */
function cutBy(
  seen: Observation<AgentsFacts>,
  goes: number,
): { readonly open: number; readonly silent: string | undefined } {
  if (!seen.observed) return { open: 0, silent: `nobody could ask: ${seen.reason}` };
  const { agents } = seen.value;
  const counts = agents
    .flatMap(({ tunnels }) => tunnels ?? [])
    .toSorted((one, other) => other - one);
  const silent = agents.filter(({ tunnels }) => tunnels === undefined).map(({ name }) => name);
  return {
    open: counts.slice(0, goes).reduce((sum, one) => sum + one, 0),
    silent: silent.length === 0 ? undefined : `${silent.join(", ")} does not tell`,
  };
}
