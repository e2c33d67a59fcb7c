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

const sinceOneZero = {
  reads: "sessions?select=id,agent_id",
  migrations: ["1.0.0"],
} as const;

const sinceOneOne = {
  reads: "agents?select=id,nudge_strategy",
  optionalEnv: { MNEMOM_NUDGE: "off" },
  migrations: [...sinceOneZero.migrations, "1.1.0"],
} as const;

const sinceOneTwo = {
  reads: "sessions?select=id,labels",
  optionalEnv: { ...sinceOneOne.optionalEnv, MNEMOM_LABELS: "on" },
  migrations: [...sinceOneOne.migrations, "1.2.0"],
} as const;

/**
 * Every release that the lab has, oldest first. Sound are 1.0.0, its patch 1.0.1, the minors 1.1.0 and 1.2.0 and the
 * major 2.0.0, whose schema no 1.x release can use and which needs one more key. Each other one fails in its own way.
 */
export const releases: readonly StandIn[] = [
  { version: "1.0.0", ...sinceOneZero },
  { version: "1.0.1", ...sinceOneZero },
  { version: "1.1.0", ...sinceOneOne },
  // The second of its two migrations fails in its second statement.
  { version: "1.1.1", ...sinceOneOne, migrations: [...sinceOneOne.migrations, "1.1.1"] },
  { version: "1.1.2", ...sinceOneOne, fault: { neverReady: true } },
  { version: "1.2.0", ...sinceOneTwo },
  { version: "1.2.1", ...sinceOneTwo, fault: { errorShare: 0.2 } },
  { version: "1.2.2", ...sinceOneTwo, fault: { crashAfterSeconds: 30 } },
  // More than the 512 MiB that its container may have.
  { version: "1.2.3", ...sinceOneTwo, fault: { allocateMiB: 1024 } },
  { version: "1.2.4", ...sinceOneTwo, migrations: [...sinceOneTwo.migrations, "1.2.4"] },
  {
    version: "2.0.0",
    reads: "conversations?select=id,agent_id",
    requiredEnv: ["MNEMOM_AGENT_KEY"],
    optionalEnv: sinceOneTwo.optionalEnv,
    migrations: [...sinceOneTwo.migrations, "2.0.0"],
  },
];
