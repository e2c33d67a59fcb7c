import type { OpenSessions, Sessions, SessionsArgs } from "../../upgrade/sessions";
import type { StepIo } from "../../upgrade/step-io";
import { openApiTalk } from "./api-talk";
import {
  bridgesOf,
  redisSide,
  takenOver,
  type Bridges,
  type RedisSide,
  type VouchedKeys,
} from "./bridges";
import { lookOf } from "./decide";
import { keysToWrite } from "./keys-to-write";
import { bridgeOptionsSchema, type BridgeOptions } from "./options";
import { prepareBridge, type PreparedBridge } from "./prepare-bridge";
import { recover } from "./recover";
import { returnedBridge } from "./returned-bridge";
import type { Talk } from "./talk";

/** The bridge that is dealt with, so that a new program goes on where one that is gone was. */
export interface Current {
  bridge?: { readonly name: string; readonly leaving: boolean } | undefined;
  /** True if a new program has begun to hold it since anybody asked: nobody did for a while. */
  renewed?: boolean;
  /** A bridge that another run has taken over: that one goes on with the roll, and this one has to end. */
  takenOver?: string;
}

/**
 * Runs work with the tunnels of BAMF's bridges. What it writes into the product's Redis it writes for releases for which the catalogue vouches, and through a
 * program in an API pod: no password leaves the place.
 */
export const withBridgeSessions: OpenSessions = async (args, io, work) => {
  const options = bridgeOptionsSchema.parse(args.options);
  const keys = await keysToWrite(args, options, io);
  if (keys === undefined) return work(sessionsOf(args, bridges(args, options, undefined, io), {}));
  const current: Current = {};
  const talk = await openApiTalk(
    args.platform,
    options.api,
    io,
    resumeAt(args, options, keys, current),
  );
  try {
    const redis = noting(redisFor(args, options, keys, talk.ask), current);
    return await work(sessionsOf(args, bridges(args, options, redis, io), current));
  } finally {
    await talk.close();
  }
};

const bridges = (
  { platform, workload }: SessionsArgs,
  options: BridgeOptions,
  redis: RedisSide | undefined,
  io: StepIo,
): Bridges => bridgesOf(platform, workload, options, redis, io);

const redisFor = (
  { policy, withinSeconds }: SessionsArgs,
  options: BridgeOptions,
  keys: VouchedKeys,
  ask: Talk["ask"],
): RedisSide => redisSide(ask, { keys, options, seconds: withinSeconds, carries: policy.carry });

/** Brings a new program to where one that is gone was. */
const resumeAt =
  (args: SessionsArgs, options: BridgeOptions, keys: VouchedKeys, current: Current) =>
  async (ask: Talk["ask"]): Promise<void> => {
    const { bridge } = current;
    if (bridge === undefined) return;
    const redis = redisFor(args, options, keys, ask);
    await (bridge.leaving ? redis.adopt(bridge.name) : redis.cordon(bridge.name));
    current.renewed = !bridge.leaving;
  };

/** Remembers which bridge is held. */
export const noting = (redis: RedisSide, current: Current): RedisSide => ({
  ...redis,
  cordon: async (name, again) => {
    await redis.cordon(name, again);
    current.bridge = { name, leaving: false };
    current.renewed = false;
  },
  state: async (name) => {
    const found = await redis.state(name);
    if (found.state === "taken") current.takenOver = name;
    const isRenewed = current.renewed === true && found.state === "held";
    current.renewed = false;
    return isRenewed ? { ...found, state: "renewed" } : found;
  },
  leave: async (name, carry, refuse) => {
    await redis.leave(name, carry, refuse);
    current.bridge = { name, leaving: true };
    current.renewed = false;
  },
  adopt: async (name) => {
    const isAway = await redis.adopt(name);
    current.bridge = isAway ? { name, leaving: true } : undefined;
    return isAway;
  },
  settle: async (name) => {
    const guard = await redis.settle(name);
    current.bridge = undefined;
    return guard;
  },
  giveBack: async (name) => {
    current.bridge = undefined;
    await redis.giveBack(name);
  },
});

/** The sessions of all bridges, as a step asks for them. */
export function sessionsOf({ policy }: SessionsArgs, all: Bridges, current: Current): Sessions {
  const prepared = new Map<string, PreparedBridge | undefined>();
  const cutSoFar = () => [...prepared.values()].reduce((sum, one) => sum + (one?.cut ?? 0), 0);
  return {
    recover: () => recover(all.redis, all.isGone),
    look: async (waiting) => {
      const seen = await all.seen(waiting);
      return new Map(seen.map((bridge) => [bridge.name, lookOf(bridge, seen)]));
    },
    prepare: async (name, waiting) => {
      if (current.takenOver !== undefined) throw takenOver(current.takenOver);
      const isTakenUp = current.bridge?.name === name && current.bridge.leaving;
      const left = { ...policy, cut: policy.cut - cutSoFar() };
      prepared.set(name, await prepareBridge(all, { name, waiting, isTakenUp }, left));
    },
    returned: (name) => returnedBridge(all, name, prepared.get(name)),
  };
}
