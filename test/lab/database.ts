import { join } from "node:path";

import { execa } from "execa";

import type { Lab } from "./lab";

/** A database of the lab and the role that owns it. */
export interface DatabaseOwner {
  readonly database: string;
  readonly role: string;
  readonly password: string;
}

const SEED = join(import.meta.dirname, "products", "seed.sql");

const CREATE_ROLE = `
  \\getenv password LAB_ROLE_PASSWORD
  SELECT format('CREATE ROLE %I', :'role') WHERE to_regrole(quote_ident(:'role')) IS NULL \\gexec
  ALTER ROLE :"role" LOGIN CREATEDB PASSWORD :'password';
  GRANT pg_signal_backend TO :"role";
`;

const CREATE_DATABASE = `
  SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'role')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \\gexec
`;

const DROP = `
  SELECT format('DROP DATABASE IF EXISTS %I WITH (FORCE)', datname) FROM pg_database
  WHERE datdba = to_regrole(quote_ident(:'role')) \\gexec
  DROP DATABASE IF EXISTS :"database" WITH (FORCE);
  DROP ROLE IF EXISTS :"role";
`;

/** Leaves a database owned by a role that may log in, create databases and end sessions; what is in it stays. */
export async function ensureDatabase(lab: Lab, owner: DatabaseOwner): Promise<void> {
  const { role, database, password } = owner;
  await psql(lab, "postgres", CREATE_ROLE, { role }, { LAB_ROLE_PASSWORD: password });
  await psql(lab, "postgres", CREATE_DATABASE, { role, database });
}

/** Leaves neither the database, nor any other of its role, nor the role, whoever is connected; what is gone is fine. */
export async function dropDatabase(
  lab: Lab,
  { database, role }: Pick<DatabaseOwner, "database" | "role">,
): Promise<void> {
  await psql(lab, "postgres", DROP, { database, role });
}

/** Adds rows to the tables of the first release: `rows` agents and what belongs to them, as their owner. */
export async function seedDatabase(
  lab: Lab,
  { database, role }: Pick<DatabaseOwner, "database" | "role">,
  rows: number,
): Promise<void> {
  const script = `SET ROLE :"role";\n\\i '${SEED}'\n`;
  await psql(lab, database, script, { role, rows: String(rows) });
}

/** The whole database as SQL, without owners: {@link loadDatabase} gives it one. */
export async function dumpDatabase({ postgres }: Lab, database: string): Promise<string> {
  const { stdout } = await execa("pg_dump", ["--no-owner", "--no-privileges", database], {
    env: connectionOf(postgres),
  });
  return stdout;
}

/** Runs such SQL in an empty database, as its owner. */
export async function loadDatabase(
  lab: Lab,
  { database, role }: Pick<DatabaseOwner, "database" | "role">,
  sql: string,
): Promise<void> {
  await psql(lab, database, `SET ROLE :"role";\n${sql}`, { role });
}

/**
 * Runs SQL as superuser and gives what it yields: one line per row, columns separated by `|`.
 *
 * @throws Error with the words of psql.
 */
export function queryDatabase(lab: Lab, database: string, sql: string): Promise<string> {
  return psql(lab, database, sql, {});
}

async function psql(
  { postgres }: Lab,
  database: string,
  script: string,
  variables: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const settings = Object.entries({ ON_ERROR_STOP: "1", ...variables });
  const flags = settings.flatMap(([key, value]) => ["-v", `${key}=${value}`]);
  const { stdout } = await execa("psql", ["-X", "-q", "-A", "-t", ...flags, "-f", "-"], {
    input: script,
    env: {
      ...connectionOf(postgres),
      PGDATABASE: database,
      PGOPTIONS: "-c client_min_messages=warning",
      ...env,
    },
  });
  return stdout;
}

const connectionOf = (postgres: Lab["postgres"]) => ({
  PGHOST: postgres.host,
  PGPORT: String(postgres.port),
  PGUSER: postgres.superuser,
  PGPASSWORD: postgres.password,
});
