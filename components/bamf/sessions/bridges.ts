import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { Platform } from "../../upgrade/platform";
import { StepFailure, type StepIo } from "../../upgrade/step-io";
import type { CordonKeys } from "../cordon-keys";
import { parseBridgeMetrics, type BridgeMetrics } from "./bridge-metrics";
import type { ListedBridge, SeenBridge } from "./decide";
import type { BridgeOptions } from "./options";
import type { Talk } from "./talk";

const optionalText = z
  .string()
  .nullish()
  .transform((text) => text ?? undefined);

const guard = z
  .object({
    guarded: z.number(),
    named: z.number(),
    moved: z.number(),
    movedElsewhere: z.number(),
    revived: z.number(),
    turns: z.number(),
    quietSeconds: z.number(),
    longestAwaySeconds: z.number().nullable(),
    toldTwice: z.number(),
  })
  .nullable();

/** What the program in the API pod says about the sessions that it keeps. */
export type GuardState = NonNullable<z.infer<typeof guard>>;

const answers = {
  look: z.object({
    bridges: z.record(
      z.string(),
      z.object({
        registeredAt: optionalText,
        status: optionalText,
        edge: optionalText,
        score: z.number(),
        sessions: z.number(),
        pending: z.number(),
        stuck: z.number(),
        unheard: z.number(),
      }),
    ),
    marks: z.record(z.string(), z.object({ leaving: z.boolean().default(false) })),
    edges: z.array(z.string()),
  }),
  state: z.object({ state: z.string(), landed: z.number(), guard }),
  listed: z.object({
    registeredAt: optionalText,
    status: optionalText,
    score: z.number().nullish(),
  }),
  settle: z.object({ guard }),
};

/** The keys that may be written, as the program is told them. */
export type VouchedKeys = Extract<CordonKeys, { kind: "vouched" }>;

/** What the product's Redis lists. */
export type Listing = z.output<typeof answers.look>;

/** The way to the product's Redis, through an API pod. */
export interface RedisSide {
  readonly look: () => Promise<Listing>;
  /** One bridge of it, without a look at the sessions: while those are kept, a look at all of them takes time from that. */
  readonly listed: (bridge: string) => Promise<z.output<typeof answers.listed>>;
  /** Keeps new tunnels off a bridge. Again, where somebody has let it go: not where another run has taken it over meanwhile. */
  readonly cordon: (bridge: string, again?: boolean) => Promise<void>;
  /**
   * Tells that a bridge is about to be stopped.
   *
   * @param refuse - whether the API may refuse what it says from its stop on; false for one whose stop has more to say than that its tunnels ended
   */
  readonly leave: (bridge: string, carry: boolean, refuse: boolean) => Promise<void>;
  /** Takes up what a killed run was about. @returns true where the bridge is still away */
  readonly adopt: (bridge: string) => Promise<boolean>;
  readonly state: (bridge: string) => Promise<z.output<typeof answers.state>>;
  readonly settle: (bridge: string) => Promise<GuardState | undefined>;
  readonly giveBack: (bridge: string) => Promise<void>;
  /** Agents and sessions that a killed run has left. */
  readonly giveBackRest: () => Promise<void>;
  /** Whether a TLS server answers there, as it is seen from the API pod. */
  readonly reach: (address: string) => Promise<string | undefined>;
}

/** Where users reach a bridge, as it is seen from the API pod. */
export const addressOf = (
  { tunnelAddresses, tunnelAddress }: Pick<BridgeOptions, "tunnelAddresses" | "tunnelAddress">,
  bridge: string,
): string => tunnelAddresses[bridge] ?? tunnelAddress.replaceAll("{instance}", bridge);

/** Where its HTTPS port is reached from there. */
export const httpsAddressOf = (
  { httpsAddresses, httpsAddress }: Pick<BridgeOptions, "httpsAddresses" | "httpsAddress">,
  bridge: string,
): string =>
  httpsAddresses[bridge] ??
  httpsAddress
    .replaceAll("{instance}", bridge)
    .replaceAll("{workload}", bridge.replace(/-\d+$/, ""));

/** How the program in the API pod is asked. */
export interface RedisSideArgs {
  readonly keys: VouchedKeys;
  readonly options: Pick<
    BridgeOptions,
    "tunnelAddresses" | "tunnelAddress" | "httpsAddresses" | "httpsAddress"
  >;
  /** How long the program holds on for a stopping bridge if nobody asks any more. */
  readonly seconds: number;
  /** Whether the sessions of open tunnels are carried. */
  readonly carries: boolean;
}

export function redisSide(
  ask: Talk["ask"],
  { keys: { available, edgeField, denied }, options, seconds, carries }: RedisSideArgs,
): RedisSide {
  const keys = { available, edgeField };
  const addressed = (bridge: string) => ({
    bridge,
    address: addressOf(options, bridge),
    requests: httpsAddressOf(options, bridge),
  });
  return {
    look: async () => answers.look.parse(await ask("look", { keys })),
    listed: async (bridge) => answers.listed.parse(await ask("listed", { bridge, keys })),
    cordon: async (bridge, again = false) => {
      await ask("cordon", { bridge, keys, again });
    },
    leave: async (bridge, carry, refuse) => {
      const list = refuse ? denied : undefined;
      await ask("leave", { ...addressed(bridge), seconds, carry, denied: list });
    },
    adopt: async (bridge) => {
      const found = await ask("adopt", {
        ...addressed(bridge),
        ...{ seconds, carry: carries, keys },
      });
      return z.object({ state: z.string() }).parse(found).state !== "returned";
    },
    state: async (bridge) => answers.state.parse(await ask("state", { bridge })),
    settle: async (bridge) =>
      answers.settle.parse(await ask("settle", { bridge })).guard ?? undefined,
    giveBack: async (bridge) => {
      await ask("give_back", { bridge, keys });
    },
    giveBackRest: async () => {
      await ask("give_back_rest");
    },
    reach: async (address) =>
      z.object({ why: optionalText }).parse(await ask("reach", { address })).why,
  };
}

/** The bridges of one workload, and the ways to look at them. */
export interface Bridges {
  readonly options: BridgeOptions;
  /** Undefined where nothing is written, and so nothing asked. */
  readonly redis: RedisSide | undefined;
  readonly metrics: (bridge: string) => Promise<BridgeMetrics | undefined>;
  /** Whether a bridge is not there, nor is to be: fewer are wanted since. */
  readonly isGone: (bridge: string) => Promise<boolean>;
  /** These instances and those that run the new release. */
  readonly seen: (waiting: readonly string[]) => Promise<readonly SeenBridge[]>;
  readonly pause: (ms: number) => Promise<void>;
  readonly say: (line: string) => void;
}

/** Of a bridge that is not looked up: it counts as one that takes what comes. */
const UNLISTED: ListedBridge = {
  registeredAt: "",
  status: "ready",
  edge: undefined,
  score: 0,
  sessions: 0,
  pending: 0,
  stuck: 0,
  unheard: 0,
};

export function bridgesOf(
  platform: Pick<Platform, "ask" | "look">,
  workload: string,
  options: BridgeOptions,
  redis: RedisSide | undefined,
  io: StepIo,
): Bridges {
  const metrics = async (instance: string): Promise<BridgeMetrics | undefined> => {
    const reply = await platform.ask({ instance, port: options.healthPort }, "/metrics");
    return reply?.status === 200 ? parseBridgeMetrics(reply.body) : undefined;
  };
  return {
    options,
    redis,
    metrics,
    isGone: async (bridge) => {
      const { instances, older, wanted } = await platform.look(workload);
      const isThere = [...instances, ...older].some(({ name }) => name === bridge);
      return !isThere && Number(/-(\d+)$/.exec(bridge)?.[1] ?? -1) >= wanted;
    },
    seen: async (waiting) => {
      const [{ instances }, listing] = await Promise.all([platform.look(workload), redis?.look()]);
      const names = [...new Set([...waiting, ...instances.map(({ name }) => name)])];
      return Promise.all(
        names.map(async (name) => ({
          name,
          listed: listing === undefined ? UNLISTED : listing.bridges[name],
          metrics: await metrics(name),
        })),
      );
    },
    pause: (ms) => pause(ms, undefined, { signal: io.signal }),
    say: io.say,
  };
}

/** One of two runs at the same time has to end: the later one goes on. */
export const takenOver = (name: string): StepFailure =>
  rollEnds(
    `another run of this program has taken over ${name}`,
    "let that one end; where it has failed, run the upgrade again",
  );

/** A failure of a roll over what users have open. */
export const rollEnds = (reason: string, fix: string): StepFailure =>
  new StepFailure(`the roll of the bridges ends here: ${reason}`, fix);
