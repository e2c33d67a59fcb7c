import type { CopyRoom, WalKeeping } from "./copy-room";
import type { Evidence } from "./evidence/evidence";
import type { Identity } from "./evidence/identity";
import type { ExternalBackup } from "./external-backup";
import type { Follower } from "./followers";
import type { Observation } from "./observation";
import type { RestoreFacts, Risk } from "./plan/restore-need";
import type { Traffic } from "./traffic";

/** What tells one database from every other: no two running servers began in the same microsecond, not even copies of each other. */
export interface DatabaseIdentity {
  readonly oid: string;
  /** When its server was started, in seconds since the epoch, with microseconds. */
  readonly started: string;
}

/**
 * What keeps a session from writing.
 *
 * - `replica`: its server is in recovery; a lock that is taken there keeps nobody away.
 * - `everyone`: transactions are read-only by default, for whoever comes. Hosted servers do that as their disk fills.
 * - `role`: they are for this role or this connection string.
 */
export type ReadOnly = "replica" | "everyone" | "role";

/** One look at the database that the backup would save. */
export interface DatabaseFacts {
  /** False if the database does not exist yet: there is nothing to save. */
  readonly exists: boolean;
  /** Server version: `15.18`. */
  readonly server: string;
  /** Version of pg_dump that would be used: `15.18`. */
  readonly dumpTool: string;
  readonly database: string;
  /** Size in bytes. */
  readonly bytes: number;
  /** True if the role may create the scratch database that the proof needs. */
  readonly mayCreateDatabase: boolean;
  /** Applied migrations in order; undefined if the tracking table does not exist. */
  readonly migrations: readonly string[] | undefined;
  /** Free bytes where the dump would be written; undefined if there is no such limit. */
  readonly freeBytes: number | undefined;
  /** Room on the server for the copy that proves a backup; undefined if the database could not be entered. */
  readonly copyRoom?: CopyRoom | undefined;
  /** True if a migration holds the advisory lock now. */
  readonly migrating: boolean;
  /** Undefined if it could not be entered. */
  readonly identity?: DatabaseIdentity | undefined;
  /** Tables of the tracking table's name in whatever schema, inside or outside of the role's search path: `audit._schema_migrations`. @defaultValue none */
  readonly trackedElsewhere?: readonly string[];
  /** What would keep the role from putting a dump of it in its place, one clause each. @defaultValue none */
  readonly hindrances?: readonly string[];
  /** Who follows it, and would be left behind by an exchange. @defaultValue nobody */
  readonly followers?: readonly Follower[];
  /** True if a pooler gives each transaction another connection: locks and snapshots do not last there. @defaultValue false */
  readonly pooled?: boolean;
  /** @defaultValue it takes writes */
  readonly readOnly?: ReadOnly | undefined;
  /** True if it is there and lets nobody in, as a restore that was killed at its last step leaves it. @defaultValue false */
  readonly closed?: boolean;
  /** File name of the dump that a restore has made it of; undefined if none has. */
  readonly restoredFrom?: string | undefined;
  /** Name of the database whose migrations a restore has taken away and nobody has applied again; undefined if none has. */
  readonly undone?: string | undefined;
}

/** One look at the server on which the restore of a backup is tried. */
export interface ScratchFacts {
  /** Server version: `15.18`. */
  readonly server: string;
  readonly mayCreateDatabase: boolean;
  /** Free bytes of its disk; undefined if that cannot be seen. */
  readonly free: number | undefined;
  readonly wal: WalKeeping;
}

/** One look at the place of the dumps. */
export interface StoreFacts {
  /** `/srv/backups`, `s3://dumps/gateways`. */
  readonly words: string;
  /** Proven dumps of this gateway and stack. */
  readonly dumps: number;
  /** Those of them that are encrypted, and that no key here opens. @defaultValue 0 */
  readonly locked?: number;
  /** Names of dumps whose manifest nobody here can read. @defaultValue none */
  readonly unread?: readonly string[];
}

/** One look at the Prometheus that watches the gateway. */
export interface PrometheusFacts {
  /** Pods of the namespace whose last scrape worked. */
  readonly scraped: readonly string[];
  /** Pods of the namespace whose last scrape failed. */
  readonly unreadable: readonly string[];
  /** What the namespace answered lately. */
  readonly before: Traffic;
}

/** What is known of an image. */
export interface ImageFacts {
  readonly exists: boolean;
  /** `sha256:...`, all by which a running one may be named: of the whole image and of each of its platforms. Empty if nobody tells. */
  readonly digests: readonly string[];
}

/** Everything live that a gate may judge, wherever the product runs. Read once per run, before any resource is registered (law 1). */
export interface CoreFacts {
  /** Now, in milliseconds since the epoch. */
  readonly now: number;
  /** What is known of each image that would run, by its name; unseen if nobody could be asked. */
  readonly images: Readonly<Record<string, Observation<ImageFacts>>>;
  /** Undefined if something would have to be made in the cluster to look: the backup step looks itself then. */
  readonly database: Observation<DatabaseFacts> | undefined;
  /** Another server on which the restore is tried; undefined if it is the live one. */
  readonly scratch?: Observation<ScratchFacts> | undefined;
  /** What was found where the dumps lie. */
  readonly store: Observation<StoreFacts>;
  /** The newest backup that somebody else has taken; undefined if this program takes them. */
  readonly external?: Observation<ExternalBackup> | undefined;
  /** Bytes of the last proven dump of this gateway and stack; undefined if there is none. */
  readonly lastDump?: number | undefined;
  /** The database behind the pods' own connection string; undefined if there is none to ask with, or nothing to compare it with. */
  readonly podsDatabase?: Observation<DatabaseIdentity> | undefined;
  /** What the backups say about going back to the wanted release. */
  readonly restore: Observation<RestoreFacts>;
  /** Rows of what a downgrade to the wanted release would delete; undefined if nothing would be. */
  readonly atStake?: Risk | undefined;
  /** Undefined if no Prometheus is configured. */
  readonly prometheus?: Observation<PrometheusFacts> | undefined;
  /** By what this stack has known the gateway since its first `up`; undefined before that. */
  readonly identity?: Identity | undefined;
  /** This stack's own last evidence; undefined before the first verified release. */
  readonly own: Observation<Evidence | undefined>;
  /** Evidence of the stack that goes first; undefined if it has none. */
  readonly staging: Observation<Evidence | undefined> | undefined;
}
