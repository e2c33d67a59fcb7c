import type { DumpToChoose } from "../../../components/dumps/dump-to-go-back-to";
import type { CameBack } from "../../../components/upgrade/plan/came-back";
import type { RestoreMark } from "../../../components/postgres/restore-mark";

/** Releases with the migrations that each brings along. */
export const RELEASES = {
  "1.0.0": ["003.sql"],
  "1.1.0": ["003.sql", "004.sql"],
  "1.2.0": ["003.sql", "004.sql", "007.sql"],
  "2.0.0": ["003.sql", "004.sql", "007.sql", "010.sql"],
} as const;
export type Release = keyof typeof RELEASES;
export const releases = Object.keys(RELEASES) as readonly Release[];

/** A database: what was applied to it, and the rows that it holds by their numbers. */
export interface Database {
  readonly migrations: readonly string[];
  readonly rows: readonly number[];
  readonly mark?: RestoreMark;
}

/** A proven dump in the backup folder of one machine. */
export interface Dump extends DumpToChoose {
  readonly file: string;
  readonly database: Database;
}

/** The operator's word for a restore. */
export interface RestoreWord {
  readonly release: Release;
  readonly dump: string;
}

/** What the engine remembers of one step: its triggers, and what it printed. */
export interface Remembered {
  readonly triggers: string;
  readonly output: string;
}

/** The part of an evidence by which the next run decides. */
export interface SimulatedEvidence {
  readonly version: Release;
  readonly schemaHead: string;
  readonly verifiedAt: string;
  readonly occasion: string;
  readonly schemaSeenAt?: string | undefined;
  readonly cameBack?: CameBack | undefined;
}

/** What of the program may be taken out, to show that its absence is found. */
export const SAFEGUARDS = [
  "a restore that nothing needs is refused",
  "a schema of unknown origin stops",
  "what was moved asks for a rollout and a verification",
  "a migration wants a dump of now",
  "a silent database stops what is not known to be of its major",
] as const;
export type Safeguard = (typeof SAFEGUARDS)[number];

/** Everything live, everything that the engine remembers, and the stack file; changed in place by what happens. */
export interface World {
  /** Taken out of the program. */
  readonly without: Safeguard | undefined;
  /** Minutes. */
  now: number;
  file: {
    version: Release;
    major: Release | undefined;
    restore: RestoreWord | undefined;
    /** The schema on which the wanted release is said to run. */
    schema?: string;
  };
  database: Database;
  /** True while the database answers nobody but the pods. */
  silent: boolean;
  nextRow: number;
  /** The release that serves; undefined before the first, and while a restore has stopped it. */
  serving: Release | undefined;
  /** True from the moment at which a restore stops the pods until a rollout starts them. */
  stopped: boolean;
  /** The release that the Deployment declares, and how often it was applied. */
  declared: Release | undefined;
  generation: number;
  job: Release | undefined;
  machine: "laptop" | "runner";
  readonly folders: Record<World["machine"], readonly Dump[]>;
  steps: Readonly<Record<string, Remembered>>;
  evidence: SimulatedEvidence | undefined;
}

export const emptyWorld = (without?: Safeguard): World => ({
  without,
  now: 0,
  file: { version: "1.0.0", major: undefined, restore: undefined },
  database: { migrations: [], rows: [] },
  silent: false,
  nextRow: 1,
  serving: undefined,
  stopped: false,
  declared: undefined,
  generation: 0,
  job: undefined,
  machine: "laptop",
  folders: { laptop: [], runner: [] },
  steps: {},
  evidence: undefined,
});

export const headOf = ({ migrations }: Database): string => migrations.at(-1) ?? "";
export const dumpsHere = (world: World): readonly Dump[] => world.folders[world.machine];
