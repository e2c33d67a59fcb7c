import { generation } from "../../../components/upgrade/plan/plan";
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
  /** How many pods it was verified with. */
  readonly replicas: number;
  readonly schemaHead: string;
  readonly verifiedAt: string;
  readonly occasion: string;
  readonly restored: string;
  readonly schemaSeenAt?: string | undefined;
  readonly cameBack?: CameBack | undefined;
}

/** What of the program may be taken out, each with what happens then; its absence has to be found. */
export const SAFEGUARDS = {
  "a restore that nothing needs is refused":
    "a consent that was left in the file exchanges the database, and the rows written since are gone",
  "what was moved asks for a rollout and a verification":
    "an up after a restore ends well with no pod of the gateway running",
  "a schema of unknown origin stops":
    "a machine with an empty backup folder finds nothing to undo after a major that was cut off",
  "a run that changes anything is judged whatever the version says":
    "a single pod passes every gate where the version stays",
  "the database that is saved is the one that the pods use":
    "another, empty database is saved, and that of the pods is migrated without a dump",
  "a migration wants a dump of now": "a migration stands on a dump of another day",
  "the schema step is asked for again where the world was moved":
    "a newer release that is wanted again after a restore was cut off comes up on the older schema",
  "a migration that has begun since the schema was seen puts it in doubt":
    "after a way back within the major, an up ends well on the schema of a newer one that was cut off",
  "a silent database stops what is not known to be of its major":
    "an older release is rolled out on the schema of a newer major",
} as const;
export type Safeguard = keyof typeof SAFEGUARDS;

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
    replicas: number;
    /** True where the operator's URL names another, empty database of the server that the pods use. */
    astray: boolean;
  };
  /** The one that the pods use. */
  database: Database;
  /** True while the database answers nobody but the pods. */
  silent: boolean;
  nextRow: number;
  /** The release that serves; undefined before the first, and while a restore has stopped it. */
  serving: Release | undefined;
  /** Pods that serve. */
  pods: number;
  /** True from the moment at which a restore stops the pods until a rollout starts them. */
  stopped: boolean;
  /** How often a restore has stopped them. */
  stops: number;
  /** What the Deployment declares, and how often it was applied. */
  declared: { readonly version: Release; readonly replicas: number } | undefined;
  generation: number;
  /** The migration Job that was started last, and when. */
  job: { readonly release: Release; readonly begunAt: number } | undefined;
  machine: "laptop" | "runner";
  readonly folders: Record<World["machine"], readonly Dump[]>;
  steps: Readonly<Record<string, Remembered>>;
  evidence: SimulatedEvidence | undefined;
  history: readonly SimulatedEvidence[];
}

export const emptyWorld = (without?: Safeguard): World => ({
  without,
  now: 0,
  file: {
    version: "1.0.0",
    major: undefined,
    restore: undefined,
    replicas: 2,
    astray: false,
  },
  database: { migrations: [], rows: [] },
  silent: false,
  nextRow: 1,
  serving: undefined,
  pods: 0,
  stopped: false,
  stops: 0,
  declared: undefined,
  generation: 0,
  job: undefined,
  machine: "laptop",
  folders: { laptop: [], runner: [] },
  steps: {},
  evidence: undefined,
  history: [],
});

/** A moment of the world, in minutes, as ISO 8601. */
export const isoOf = (minutes: number): string => new Date(minutes * 60_000).toISOString();

export const headOf = ({ migrations }: Database): string => migrations.at(-1) ?? "";
export const dumpsHere = (world: World): readonly Dump[] => world.folders[world.machine];

const NEIGHBOUR: Database = { migrations: [], rows: [] };
/** The database that the operator's URL leads to. */
export const lookedAt = ({ file, database }: Pick<World, "file" | "database">): Database =>
  file.astray ? NEIGHBOUR : database;

/** Longest age of a dump before a migration, in minutes. */
const LIMIT = 60;

/** Whether a dump holds the schema that is live, and is young enough. */
export const isOfNow = ({ schemaHead, takenAt }: Dump, database: Database, now: number): boolean =>
  schemaHead === headOf(database) && Date.parse(takenAt) >= (now - LIMIT) * 60_000;

/** Whether a release runs on a schema: that has its own migrations, and none of a newer major (guide, Breaking Changes Policy). */
export function fits(version: World["file"]["version"], migrations: readonly string[]): boolean {
  const own: readonly string[] = RELEASES[version];
  const ofMajor = Object.entries(RELEASES)
    .filter(([release]) => generation(release) === generation(version))
    .flatMap(([, names]): readonly string[] => names);
  return (
    own.every((name) => migrations.includes(name)) &&
    migrations.every((name) => ofMajor.includes(name))
  );
}
