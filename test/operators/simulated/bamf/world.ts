import type { BamfConfig } from "../../../../components/bamf/config";
import type { SessionSettings } from "../../../../components/bamf/sessions/bridge-roll";
import type { CameBack } from "../../../../components/upgrade/plan/came-back";
import type { Values } from "../../../../components/upgrade/values";
import { known } from "../../../bamf/known";
import { releaseOf } from "../../../../components/bamf/catalogue";

/**
 * Releases on both sides of what the catalogue knows to break: 0.7.0 and 0.10.0 break what runs, a release between 0.7.0 and 0.9.1 deletes rows by itself, and
 * the way down from 0.7.0 deletes a table.
 */
export const BAMF_RELEASES = ["0.6.0", "0.7.0", "0.9.1", "0.10.0", "0.11.0"] as const;
export type BamfRelease = (typeof BAMF_RELEASES)[number];

/** What of the program may be taken out, each with what happens then; its absence has to be found. */
export const BAMF_SAFEGUARDS = {
  "the guard keeps sessions while their bridge stops":
    "tunnels are cut that were said to be carried over",
  "a consent to cut counts for its release alone":
    "one that was left in the stack file cuts tunnels at the next release",
  "the schema goes down before the old API starts":
    "the older API starts on a schema that it does not know",
  "a bridge that leaves is kept from new tunnels": "tunnels begin on it while it stops",
  "bridges that go for good are counted": "a smaller number of bridges cuts what is open on them",
  "rows that go are saved": "they are gone",
  "what breaks running programs wants a consent": "they fail without anybody's word",
  "agents that a run has held ask for a rollout": "they stay held once the line is reverted",
} as const;
export type BamfSafeguard = keyof typeof BAMF_SAFEGUARDS;

/** A connection that a user has open, through one bridge and one agent. */
export interface Tunnel {
  readonly bridge: string;
  /** False if it ends at the bridge itself. */
  readonly movable: boolean;
  /** True if it runs through an agent of the chart, and not through one elsewhere. */
  readonly ofChart: boolean;
  /** When it was opened, and when its user ends it, in milliseconds; null if that never happens. */
  readonly began: number;
  readonly ends: number | null;
}

/** A bridge as it runs. */
export interface BridgePod {
  readonly release: BamfRelease;
  /** When it has registered. */
  readonly since: number;
  /** True while its score and its status lead new tunnels elsewhere. */
  readonly cordoned: boolean;
}

/** What the program in the API pod holds of a bridge. */
export interface Hold {
  readonly leaving: boolean;
  /** True while it keeps the sessions of its tunnels. */
  readonly carries: boolean;
  /** Until when it holds on if nobody asks any more. */
  readonly until: number;
  /** When the bridge had registered. */
  readonly since: number;
  /** Tunnels at the stop, and those that have moved. */
  readonly named: number;
  readonly moved: number;
}

/** Tunnels that the program has ended, and how many it was allowed to. */
export interface Cut {
  readonly by: "a stop" | "fewer bridges" | "the agents";
  readonly run: number;
  readonly where: string;
  readonly tunnels: number;
  /** Of them, those that were opened after the last look at a bridge that nothing keeps from new tunnels. */
  readonly late: number;
  /** What policy and consent allow a run at that moment. */
  readonly allowed: number;
}

/** The part of an evidence by which the next run decides. */
export interface BamfEvidence {
  readonly version: BamfRelease;
  readonly configHash: string;
  readonly schemaHead: string;
  readonly verifiedAt: string;
  readonly occasion: string;
  readonly cameBack?: CameBack | undefined;
}

/** A BAMF: what is live, what the engine remembers, and the stack file. Plain data, changed in place by what happens. */
export interface BamfWorld {
  /** Taken out of the program. */
  readonly without: BamfSafeguard | undefined;
  /** Milliseconds. */
  now: number;
  /** Of what happens by chance. */
  chance: number;
  file: {
    version: BamfRelease;
    values: Values;
    consents: BamfConfig["consents"];
    sessions: SessionSettings;
  };
  head: string;
  silent: boolean;
  /** Rows of revoked_certificates, which a way down from 0.7.0 deletes, and old ones of audit_logs, which releases since 0.8.6 delete. */
  revoked: readonly number[];
  audit: readonly number[];
  /** All that were ever written to the first of them, and those in files beside the dumps. */
  wrote: readonly number[];
  saved: readonly number[];
  /** False once nobody opens a tunnel any more. */
  users: boolean;
  nextRow: number;
  /** The API that serves; undefined before the first, and while a way down has stopped it. */
  serving: BamfRelease | undefined;
  stopped: boolean;
  stops: number;
  bridges: Readonly<Record<string, BridgePod>>;
  proxies: BamfRelease | undefined;
  agents: BamfRelease | undefined;
  /** The run that has held the agents for a release; undefined if none is held. */
  heldSince: number | undefined;
  tunnels: readonly Tunnel[];
  /** Notes in the product's Redis about bridges. */
  notes: Readonly<Record<string, { readonly leaving: boolean; readonly since: number }>>;
  /** Whether a roll that may write nothing came after a kill: what the killed one has written then stays, which the docs say (rolling-bridges, Limits). */
  unmended: boolean;
  /** What the program in the API pod holds; nothing if it has ended. */
  holds: Readonly<Record<string, Hold>>;
  /** What the engine has applied of each wave, and how often. */
  declared: Readonly<Record<string, string>>;
  generation: Readonly<Record<string, number>>;
  /** Releases whose Job has completed. */
  completed: readonly string[];
  steps: Readonly<Record<string, string>>;
  evidence: BamfEvidence | undefined;
  runs: number;
  readonly cuts: Cut[];
  /** Rules that were broken while a run went on, in words. */
  readonly broken: string[];
}

export const emptyBamfWorld = (without?: BamfSafeguard): BamfWorld => ({
  without,
  now: Date.UTC(2026, 0, 1),
  chance: 1,
  file: {
    version: "0.9.1",
    values: {},
    consents: {},
    sessions: { policy: "stop", limitMinutes: 0, cordon: true, guard: true },
  },
  head: "",
  silent: false,
  revoked: [],
  audit: [],
  wrote: [],
  saved: [],
  users: true,
  nextRow: 1,
  serving: undefined,
  stopped: false,
  stops: 0,
  bridges: {},
  proxies: undefined,
  agents: undefined,
  heldSince: undefined,
  tunnels: [],
  notes: {},
  unmended: false,
  holds: {},
  declared: {},
  generation: {},
  completed: [],
  steps: {},
  evidence: undefined,
  runs: 0,
  cuts: [],
  broken: [],
});

export const headOfBamf = (release: string): string => releaseOf(known, release)?.head ?? "";

/** A program starts on its own schema alone: its Alembic finds its place on no newer one. */
export const fitsBamf = (release: string, head: string): boolean => headOfBamf(release) === head;

/** The next number by chance, from 0 to 1. */
export function chanceOf(world: BamfWorld): number {
  // Numerical Recipes, "Quick and Dirty" generators.
  world.chance = (world.chance * 1664525 + 1013904223) % 2 ** 32;
  return world.chance / 2 ** 32;
}

export const tunnelsOn = ({ tunnels }: BamfWorld, bridge: string): readonly Tunnel[] =>
  tunnels.filter((one) => one.bridge === bridge);

/** Bridges that new tunnels are led to, the emptiest first. */
export const takers = (world: BamfWorld): readonly string[] =>
  Object.entries(world.bridges)
    .filter(([, { cordoned }]) => !cordoned)
    .map(([name]) => name)
    .toSorted((one, other) => tunnelsOn(world, one).length - tunnelsOn(world, other).length);

/** A user opens a tunnel. It stays, or ends within a minute. */
export function openTunnel(world: BamfWorld): void {
  const [bridge] = takers(world);
  if (bridge === undefined || world.agents === undefined) return;
  const [movable, ofChart, stays, life] = [1, 2, 3, 4].map(() => chanceOf(world)) as [
    number,
    number,
    number,
    number,
  ];
  const ends = stays < 0.4 ? null : world.now + life * 60_000;
  const tunnel = { bridge, movable: movable < 0.8, ofChart: ofChart < 0.3, began: world.now, ends };
  world.tunnels = [...world.tunnels, tunnel];
}

/** Lets time pass: tunnels end, and now and then one begins. */
export function passTime(world: BamfWorld, ms: number): void {
  world.now += ms;
  world.tunnels = world.tunnels.filter(({ ends }) => ends === null || ends > world.now);
  if (world.users && world.tunnels.length < 12 && chanceOf(world) < 0.1) openTunnel(world);
}
