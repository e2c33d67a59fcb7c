import { libpqEnvironment } from "../postgres/libpq-environment";
import { GIB } from "../upgrade/copy-room";
import type { Finding } from "../upgrade/finding";
import { backupStore } from "../upgrade/gates/backup-store";
import { externalBackup } from "../upgrade/gates/external-backup";
import { oneDatabase } from "../upgrade/gates/one-database";
import { scratch } from "../upgrade/gates/scratch";
import { sharedDatabase, type DatabaseUser } from "../upgrade/gates/shared-database";
import type { GateInput } from "./gate-input";

/** The key that pods and migration read. Source: mnemom/smoltbot@v2.1.0, migration runner. */
const POSTGRES_URL = "POSTGRES_URL";

/** Whether dumps can be kept, and whether the database that is saved is the one that changes, and this gateway's alone. */
export function databaseFindings(
  { config, facts, plan }: GateInput,
  stack: readonly GateInput[],
): readonly Finding[] {
  const { secrets, settings } = config;
  const source = settings.backup.database;
  const at =
    source === "url" ? "gateways:smoltbotDatabaseUrl" : "gateways:smoltbot.backup.database";
  return [
    backupStore({ store: facts.store, at: "gateways:smoltbot.backup" }),
    externalBackup({
      external: facts.external,
      exists: facts.database?.observed === true ? facts.database.value.exists : undefined,
      plan,
      consent: settings.consents.externalBackup,
      now: facts.now,
      maxAgeMinutes: settings.backup.maxAgeMinutes,
      at: "gateways:smoltbot.backup.external",
    }),
    oneDatabase({
      plan,
      saved: savedName(config),
      used: nameIn(secrets[POSTGRES_URL]),
      database: facts.database,
      pods: facts.podsDatabase,
      sameKey:
        typeof source === "object" && "job" in source && source.job.secretKey === POSTGRES_URL,
      at,
      usedAt: `gateways:smoltbotSecrets.${POSTGRES_URL}`,
    }),
    scratch({
      plan,
      database: facts.database,
      scratch: facts.scratch,
      largestUnseen: settings.backup.unseenRoomGiB * GIB,
      consent: settings.consents.scratch,
      at: "gateways:smoltbot.backup.scratch",
    }),
    sharedDatabase({
      own: userOf(config, facts),
      others: stack
        .filter((other) => other.config.name !== config.name)
        .map((other) => userOf(other.config, other.facts)),
      at: `gateways:smoltbotSecrets.${POSTGRES_URL}`,
    }),
  ].flat();
}

/** What a restore leaves out, in words. */
export const excludedIn = ({
  settings: { backup },
}: Pick<GateInput["config"], "settings">): readonly string[] => [
  ...backup.exclude.eventTriggers.map((name) => `event trigger ${name}`),
  ...backup.exclude.extensions.map((name) => `extension ${name}`),
];

function savedName({ settings, secrets, databaseUrl }: GateInput["config"]): string | undefined {
  const { database } = settings.backup;
  if (database === "url") return nameIn(databaseUrl);
  return "job" in database ? nameIn(secrets[database.job.secretKey]) : database.database;
}

const userOf = (
  { name, secrets }: GateInput["config"],
  { database }: GateInput["facts"],
): DatabaseUser => ({
  gateway: name,
  place: placeIn(secrets[POSTGRES_URL]),
  identity: database?.observed === true ? database.value.identity : undefined,
});

/** Parts of a connection string that are no secret; of one that cannot be read there are none. */
function partsOf(url: string | undefined): Readonly<Record<string, string>> {
  try {
    return url === undefined ? {} : libpqEnvironment(url, POSTGRES_URL);
  } catch {
    return {};
  }
}

const nameIn = (url: string | undefined): string | undefined => partsOf(url)["PGDATABASE"];

function placeIn(url: string | undefined): string | undefined {
  const { PGHOST: host = "", PGPORT: port = "5432", PGDATABASE: name } = partsOf(url);
  return name === undefined ? undefined : `${host}:${port}/${name}`;
}
