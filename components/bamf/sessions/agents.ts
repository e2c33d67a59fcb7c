import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { Instance, Platform } from "../../upgrade/platform";
import { StepFailure, type StepIo } from "../../upgrade/step-io";
import type { AgentOptions } from "./options";
import type { Talk } from "./talk";

const kept = z.object({
  /** `busy`: a bridge stops; `lost`: somebody else has taken over. */
  state: z.enum(["held", "busy", "lost"]),
  /** The bridge that stops. */
  bridge: z.string().nullable(),
  /** Of the instances that are to be chosen: those that can be. */
  online: z.array(z.string()),
  /** How long ago the newest of the sessions that are being set up over others was first seen; null if there is none. Unit: seconds. */
  coming: z.number().nullable(),
  /** Of the other instances: how long ago the API has heard of each. Unit: seconds. */
  heard: z.record(z.string(), z.number()),
});

/** What the program in the API pod says about the instances of an agent. */
export type KeptAgents = z.output<typeof kept>;

/** The way to the product's Redis, through an API pod. */
export interface AgentSide {
  /** Of the agents of these instances no others can be chosen for new tunnels, as long as one of these can. */
  readonly keep: (instances: readonly string[]) => Promise<KeptAgents>;
  /** Forgets those that were kept from being chosen: they are gone. */
  readonly settle: () => Promise<void>;
  /** All that were kept from being chosen can be chosen again. */
  readonly giveBack: () => Promise<void>;
}

export const agentSide = (ask: Talk["ask"]): AgentSide => ({
  keep: async (instances) => kept.parse(await ask("keep_agents", { instances })),
  settle: async () => {
    await ask("settle_agents");
  },
  giveBack: async () => {
    await ask("give_back_agents");
  },
});

/** The agents of one workload, and the ways to look at them. */
export interface Agents {
  readonly options: AgentOptions;
  /** Undefined where nothing is written, and so nothing asked. */
  readonly side: AgentSide | undefined;
  /** Tunnels through one of them; undefined if it does not say. */
  readonly tunnels: (agent: string) => Promise<number | undefined>;
  /** Those of the new release, by the names that the product has for its instances. */
  readonly newInstances: () => Promise<readonly string[]>;
  /** Whether one of the new release is ready, and so has registered: what can be known of them where none says who it is. True as well if there is to be none. */
  readonly anyReady: () => Promise<boolean>;
  /** The product's name for one of them; undefined if its log does not say it any more. */
  readonly instanceOf: (agent: string) => Promise<string | undefined>;
  readonly pause: (ms: number) => Promise<void>;
  readonly say: (line: string) => void;
}

export function agentsOf(
  platform: Pick<Platform, "ask" | "look" | "log">,
  workload: string,
  options: AgentOptions,
  side: AgentSide | undefined,
  io: StepIo,
): Agents {
  const { container, metricsPort: port } = options.agent;
  const known = new Map<string, string>();
  const idOf = async ({ name, containers }: Instance): Promise<string | undefined> => {
    // Another start is another instance.
    const start = `${name} ${containers.find((one) => one.name === container)?.restarts ?? 0}`;
    const id =
      known.get(start) ??
      instanceIn(await platform.log({ instance: name, container }).catch(() => []));
    if (id !== undefined) known.set(start, id);
    return id;
  };
  const look = async () => {
    const { instances, wanted } = await platform.look(workload);
    return { ready: instances.filter(({ readySince }) => readySince !== undefined), wanted };
  };
  return {
    options,
    side,
    tunnels: async (instance) => {
      const reply = await platform.ask({ instance, port }, "/metrics");
      return reply?.status === 200 ? tunnelsIn(reply.body) : undefined;
    },
    newInstances: async () =>
      (await Promise.all((await look()).ready.map(idOf))).filter((id) => id !== undefined),
    anyReady: async () => {
      const { ready, wanted } = await look();
      return ready.length > 0 || wanted === 0;
    },
    instanceOf: async (name) => {
      const { instances, older } = await platform.look(workload);
      const found = [...older, ...instances].find((one) => one.name === name);
      return found && idOf(found);
    },
    pause: (ms) => pause(ms, undefined, { signal: io.signal }),
    say: io.say,
  };
}

/** Undefined where the number is missing: nothing is known of such an agent. */
export function tunnelsIn(metrics: string): number | undefined {
  const count = Number(/^bamf_agent_active_tunnels\s+(\S+)/m.exec(metrics)?.[1]);
  return Number.isNaN(count) ? undefined : count;
}

/**
 * The name that an agent has drawn for itself at its start, as its log has it: nothing else says which pod it is.
 *
 * Source: `mattrobinsonsre/bamf@v0.5.0..v0.11.0:pkg/agent/agent.go` (Run).
 */
export function instanceIn(log: readonly string[]): string | undefined {
  const line = log.findLast((one) => one.includes("agent instance started"));
  return /"instance_id":\s*"([^"]+)"/.exec(line ?? "")?.[1];
}

/** A failure of a roll over what users have open through agents. */
export const agentRollEnds = (reason: string, fix: string): StepFailure =>
  new StepFailure(`the roll of the agents ends here: ${reason}`, fix);
