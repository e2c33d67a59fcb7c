/** What is broken about a release; read by the stand-in gateway at its start. */
export interface Fault {
  /** Readiness stays 503 degraded after a completed start. */
  readonly neverReady?: boolean;
  /** Share of proxied requests that end in 500, 0 to 1. */
  readonly errorShare?: number;
  /** Seconds after which the process ends with exit code 1. */
  readonly crashAfterSeconds?: number;
  /** MiB of memory that are taken after the start and kept. */
  readonly allocateMiB?: number;
}

/** One release of the stand-in product: what its two images hold besides the program. */
export interface StandIn {
  /** `1.1.0`: the tag of the gateway image; the migrate image has a `v` before it. */
  readonly version: string;
  /** Keys that the release needs beyond those that every release needs. */
  readonly requiredEnv?: readonly string[];
  /** Keys with the default that the release gives them. */
  readonly optionalEnv?: Readonly<Record<string, string>>;
  /** The query behind each proxied request: table and columns that the release cannot do without. */
  readonly reads: string;
  readonly fault?: Fault;
  /** Folders of migrations/ whose files the migrate image holds, oldest first. */
  readonly migrations: readonly string[];
}

const sessions = "sessions?select=id,agent_id";
const nudging = "agents?select=id,nudge_strategy";

const sinceOneOne = {
  reads: nudging,
  optionalEnv: { MNEMOM_NUDGE: "off" },
  migrations: ["1.0.0", "1.1.0"],
} as const;

/**
 * Every release that the lab has, oldest first: 1.0.1 is a patch and 1.1.0 a minor over 1.0.0; 1.1.1 has a
 * migration that fails half-way; 1.1.2 never gets ready.
 */
export const releases: readonly StandIn[] = [
  { version: "1.0.0", reads: sessions, migrations: ["1.0.0"] },
  { version: "1.0.1", reads: sessions, migrations: ["1.0.0"] },
  { version: "1.1.0", ...sinceOneOne },
  { version: "1.1.1", ...sinceOneOne, migrations: ["1.0.0", "1.1.0", "1.1.1"] },
  { version: "1.1.2", ...sinceOneOne, fault: { neverReady: true } },
];
