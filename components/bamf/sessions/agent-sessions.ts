import type {
  InstanceSessions,
  OpenSessions,
  SessionLook,
  Sessions,
  SessionsArgs,
} from "../../upgrade/sessions";
import { agentRollEnds, agentsOf, agentSide, type Agents, type AgentSide } from "./agents";
import { openApiTalk } from "./api-talk";
import { redisSide, type RedisSide } from "./bridges";
import { keysToWrite } from "./keys-to-write";
import { agentOptionsSchema } from "./options";
import { keepOff, prepareAgent, type PreparedAgent } from "./prepare-agent";
import { recover } from "./recover";

/**
 * Runs work with the tunnels of old agents that stand beside the new ones. An agent's stop cuts every tunnel through it, and nothing can carry them: new ones are
 * led to the new agents, and an old one stops when it has none left, or as the policy says.
 */
export const withAgentSessions: OpenSessions = async (args, io, work) => {
  const options = agentOptionsSchema.parse(args.options);
  const { platform, workload, policy, withinSeconds } = args;
  const agents = (side: AgentSide | undefined) => agentsOf(platform, workload, options, side, io);
  const keys = await keysToWrite(args, options, io);
  if (keys === undefined) return work(agentSessions(args, agents(undefined), undefined));
  let instances: readonly string[] = [];
  const talk = await openApiTalk(platform, options.api, io, async (ask) => {
    // A new program goes on where one that is gone was.
    if (instances.length > 0) await agentSide(ask).keep(instances);
  });
  const side = agentSide(talk.ask);
  const noting: AgentSide = {
    keep: (kept) => side.keep((instances = kept)),
    settle: () => {
      instances = [];
      return side.settle();
    },
    giveBack: () => {
      instances = [];
      return side.giveBack();
    },
  };
  try {
    const bridges = redisSide(talk.ask, {
      keys,
      options,
      seconds: withinSeconds,
      carries: policy.carry,
    });
    return await work(agentSessions(args, agents(noting), bridges));
  } finally {
    await talk.close();
  }
};

/** @param bridges - undefined where nothing is written */
function agentSessions(
  { policy }: SessionsArgs,
  agents: Agents,
  bridges: RedisSide | undefined,
): Sessions {
  const found = new Map<string, number>();
  const prepared = new Map<string, PreparedAgent>();
  let left = 0;
  let kept: { readonly keptOff: boolean; readonly since: number } | undefined;
  const cutSoFar = () => [...prepared.values()].reduce((sum, { atStop }) => sum + atStop, 0);
  const look = async (names: readonly string[]) =>
    Promise.all(names.map(async (name) => [name, await agents.tunnels(name)] as const));
  return {
    recover: async () => {
      const { said, stopping } = await recover(bridges);
      if (stopping === undefined) return { said };
      throw agentRollEnds(
        `bridge ${stopping}, which an earlier run has told to stop, is not back`,
        "see why it does not come up; no agent is stopped while a bridge is away",
      );
    },
    look: async (waiting) =>
      new Map((await look(waiting)).map(([name, open]) => [name, lookOf(open)])),
    first: async (waiting) => {
      const counts = await look(waiting);
      const [fewest] = counts.toSorted(([, a = Infinity], [, b = Infinity]) => a - b || 0);
      return fewest?.[0] ?? "";
    },
    prepare: async (name, waiting) => {
      try {
        if (kept === undefined) {
          const keptOff = await keepOff(agents);
          kept = { keptOff, since: performance.now() };
          for (const [one, open] of await look([name, ...waiting]))
            if (open !== undefined) found.set(one, open);
        }
        // Of an agent that new tunnels still come to, those that it has get their time when its turn has come.
        const { keptOff, since } = kept;
        const began = keptOff ? since : performance.now();
        const allowed = { ...policy, cut: policy.cut - cutSoFar() };
        prepared.set(name, await prepareAgent(agents, name, allowed, { keptOff, since: began }));
        left = waiting.length;
      } catch (error) {
        await agents.side?.giveBack().catch(() => undefined);
        throw error;
      }
    },
    returned: async (instance) => {
      if (left === 0) await agents.side?.settle();
      return endOf(instance, found.get(instance), prepared.get(instance));
    },
  };
}

/** Nothing can carry them. */
const lookOf = (open: number | undefined): SessionLook | undefined =>
  open === undefined ? undefined : { open, byProtocol: {}, fixed: open };

function endOf(
  instance: string,
  found: number | undefined,
  prepared: PreparedAgent | undefined,
): InstanceSessions {
  const atStop = prepared?.atStop ?? 0;
  return { instance, found: Math.max(found ?? 0, atStop), atStop, kept: 0, lost: 0, cut: atStop };
}
