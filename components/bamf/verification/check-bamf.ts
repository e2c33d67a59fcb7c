import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { RunChecks } from "../../upgrade/checks";
import { bridgesOf, redisSide } from "../sessions/bridges";
import { bridgeOptionsSchema } from "../sessions/options";
import { openApiTalk } from "../sessions/api-talk";
import { oneApi } from "../sessions/one-api";
import { vouchedKeys } from "../sessions/vouched-keys";
import {
  AGENT_SECONDS,
  agentsUnheard,
  bridgeFaults,
  describeBamf,
  edgeFaults,
  type ListedAgents,
} from "./judge-bamf";

/** What the checks are told: the bridges, and how they are reached. */
const checkOptionsSchema = bridgeOptionsSchema.extend({
  /** Workload of the bridges. */
  bridges: z.string().min(1),
  /** How long agents have to come back, in seconds. */
  agentsWithinSeconds: z.number().min(0).default(AGENT_SECONDS),
});

const agentsAnswer = z.object({
  agents: z.record(
    z.string(),
    z.object({ online: z.boolean(), heartbeatAgo: z.number(), heard: z.string() }),
  ),
});

const LOOK_MS = 3000;

/**
 * Looks whether bridges are registered and free for new tunnels, whether their edges are listed, and whether the API hears the agents. Reads the product's Redis
 * through an API pod, and writes nothing. Where nobody vouches for the keys of a release it is not looked at, which is said.
 */
export const checkBamf: RunChecks = async (platform, given, io) => {
  const { bridges: workload, agentsWithinSeconds, ...options } = checkOptionsSchema.parse(given);
  await oneApi(platform, options, io);
  const keys = await vouchedKeys(platform, options);
  if (keys.kind !== "vouched")
    return { faults: [], said: [`bridges and agents are not looked at: ${keys.reason}`] };
  const talk = await openApiTalk(platform, options.api, io);
  let first: ListedAgents | undefined;
  try {
    const redis = redisSide(talk.ask, { keys, options, seconds: 0, carries: false });
    const all = bridgesOf(platform, workload, options, redis, io);
    for (const end = Date.now() + agentsWithinSeconds * 1000; ;) {
      const [bridges, { edges, marks }, { agents }] = await Promise.all([
        all.seen([]),
        redis.look(),
        talk.ask("agents").then((answer) => agentsAnswer.parse(answer)),
      ]);
      first ??= agents;
      const missing = agentsUnheard(first, agents);
      // One that a killed run has left is given back by the next roll, and nothing else is to stop that.
      const held = bridges.filter(({ name }) => `bridge ${name}` in marks);
      const faults = bridgeFaults(bridges.filter((one) => !held.includes(one)));
      if ((missing.length === 0 && faults.length === 0) || Date.now() > end) {
        const listed = bridges.flatMap((one) => one.listed ?? []);
        const lost = missing.map(
          (agent) => `agent ${agent} was not heard by the API within ${agentsWithinSeconds} s`,
        );
        return {
          faults: [...faults, ...edgeFaults(listed, edges), ...lost],
          said: [
            describeBamf(bridges, agents),
            ...held.map(({ name }) => `${name} is held by a roll that has not ended`),
          ],
        };
      }
      await pause(LOOK_MS, undefined, { signal: io.signal });
    }
  } finally {
    await talk.close();
  }
};
