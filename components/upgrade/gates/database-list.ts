import { isAstray } from "../changes-nothing";
import { GIB } from "../copy-room";
import type { Gate } from "../gate";
import type { CoreInput } from "../gate-input";
import { backupStore } from "./backup-store";
import { database } from "./database";
import { externalBackup } from "./external-backup";
import { oneDatabase } from "./one-database";
import { scratch } from "./scratch";
import { sharedDatabase, type DatabaseUser } from "./shared-database";

/** Whether its database can be saved, proven and restored, and is its own. */
export const databaseGates: readonly Gate<CoreInput>[] = [
  {
    name: "database",
    question: "Can the database be reached, saved and compared, with room for the dump?",
    ask: ({ plan, facts, settings: { backup }, databases: { savedAt }, at }) =>
      database({
        database: facts.database,
        lastDump: facts.lastDump,
        provesElsewhere: facts.scratch !== undefined,
        excluded: [
          ...backup.exclude.eventTriggers.map((name) => `event trigger ${name}`),
          ...backup.exclude.extensions.map((name) => `extension ${name}`),
        ],
        external: facts.external !== undefined,
        plan,
        at: facts.database === undefined ? at("backup.database") : savedAt,
      }),
  },
  {
    name: "backup-store",
    question:
      "Can the dumps be reached where they lie, or shall lie, and does a key here open those that are encrypted?",
    ask: ({ plan, facts, at, ownSecretAt }) =>
      backupStore({
        plan,
        store: facts.store,
        seesSchema: seesSchema(facts),
        at: at("backup"),
        keysAt: ownSecretAt("BackupKey"),
      }),
  },
  {
    name: "external-backup",
    question:
      "Has a backup that somebody else takes succeeded lately, and has the operator consented to it?",
    ask: ({ plan, facts, settings: { backup, consents }, at }) =>
      externalBackup({
        external: facts.external,
        exists: facts.database?.observed === true ? facts.database.value.exists : undefined,
        plan,
        consent: consents.externalBackup,
        now: facts.now,
        maxAgeMinutes: backup.maxAgeMinutes,
        at: at("backup.external"),
      }),
  },
  {
    name: "one-database",
    question: "Does the backup save the database that pods and migration use?",
    ask: ({ plan, facts, databases: { savedAt, ...named } }) =>
      oneDatabase({
        plan,
        ...named,
        database: facts.database,
        pods: facts.podsDatabase,
        at: savedAt,
      }),
  },
  {
    name: "scratch",
    question: "Has the server on which a backup is restored for its proof room for the copy?",
    ask: ({ plan, facts, settings: { backup, consents }, at, ownSecretAt }) =>
      scratch({
        plan,
        database: facts.database,
        scratch: facts.scratch,
        largestUnseen: backup.unseenRoomGiB * GIB,
        consent: consents.scratch,
        at: at("backup.scratch"),
        urlAt: ownSecretAt("ScratchUrl"),
      }),
  },
  {
    name: "shared-database",
    question: "Is the database this gateway's alone among those of the stack?",
    ask: (input, all) =>
      sharedDatabase({
        own: userOf(input),
        others: all.filter(({ name }) => name !== input.name).map(userOf),
        at: input.databases.usedAt,
      }),
  },
];

/** True if somebody has looked at the schema that the pods use. */
const seesSchema = (facts: CoreInput["facts"]): boolean =>
  facts.database?.observed === true && facts.database.value.closed !== true && !isAstray(facts);

const userOf = ({ name, databases, facts: { database } }: CoreInput): DatabaseUser => ({
  gateway: name,
  place: databases.usedPlace,
  identity: database?.observed === true ? database.value.identity : undefined,
});
