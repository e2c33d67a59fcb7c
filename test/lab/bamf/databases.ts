import { startPrivateServer } from "../private-server";
import type { Settings } from "../settings";
import { alembic } from "./python";

/** A PostgreSQL server of a test's own that makes databases for BAMF. */
export interface BamfDatabases {
  /** Makes another database at the newest revision, with the join token `join`; gives its connection string. */
  readonly another: () => Promise<string>;
  readonly remove: () => Promise<void>;
}

const TEMPLATE = "template_bamf";

/** Starts the server, and migrates once for all of its databases. */
export async function startBamfDatabases(settings: Settings): Promise<BamfDatabases> {
  const server = await startPrivateServer();
  const urlOf = (database: string): string => {
    const { host } = new URL(server.url(database));
    return `postgresql+asyncpg://bamf:bamf@${host}/${database}?ssl=disable`;
  };
  await server.sql("postgres", "CREATE ROLE bamf LOGIN PASSWORD 'bamf' CREATEDB;");
  await server.sql("postgres", `CREATE DATABASE ${TEMPLATE} OWNER bamf;`);
  await alembic(settings, urlOf(TEMPLATE), ["upgrade", "head"]);
  await server.sql(
    TEMPLATE,
    `INSERT INTO join_tokens (name, token_hash, expires_at, created_by)
     VALUES ('lab', encode(sha256('join'), 'hex'), now() + interval '1 day', 'lab');`,
  );
  let number = 0;
  return {
    another: async () => {
      const database = `bamf_${(number += 1)}`;
      await server.sql("postgres", `CREATE DATABASE ${database} OWNER bamf TEMPLATE ${TEMPLATE};`);
      return urlOf(database);
    },
    remove: () => server.remove(),
  };
}
