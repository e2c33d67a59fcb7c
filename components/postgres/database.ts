import { StepFailure } from "../upgrade/step-io";
import { clientProgram } from "./client-program";
import { startClient, type Client } from "./client";
import type { ContainerSource, ReachableSource } from "./database-source";
import { keepaliveArguments, libpqEnvironment } from "./libpq-environment";

/** The client programs of PostgreSQL that steps use. */
export type ClientTool = "psql" | "pg_dump" | "pg_restore";

/** One database, however it is reached. */
export interface Database {
  readonly name: string;
  /** For messages, without a secret: `database smoltbot at 10.0.0.5:5432`. */
  readonly words: string;
  /** Starts a client program against this database. */
  start(tool: ClientTool, args: readonly string[], signal?: AbortSignal): Client;
  /** Another database of the same server. */
  on(name: string): Database;
}

/**
 * Opens the way to a database; connects to nothing yet.
 *
 * @param variable - name of the environment variable that holds the connection string of the form `url`.
 * @throws StepFailure if the connection string is missing or no such thing.
 */
export function openDatabase(
  source: ReachableSource,
  env: NodeJS.ProcessEnv,
  variable = "DATABASE_URL",
): Database {
  if (source.kind === "container") return throughContainer(source, env);
  const url = env[variable] ?? "";
  if (url === "") {
    throw new StepFailure(
      `${variable} is not set`,
      `set the secret gateways:<product>${variable === "SCRATCH_URL" ? "ScratchUrl" : "DatabaseUrl"}; a step that is run by hand takes it as ${variable}`,
    );
  }
  return throughUrl(libpqEnvironment(url, variable), withoutSecrets(env));
}

function throughUrl(
  connection: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv,
): Database {
  const name = connection["PGDATABASE"] ?? "";
  const place = `${connection["PGHOST"] ?? "the local socket"}:${connection["PGPORT"] ?? "5432"}`;
  const password = connection["PGPASSWORD"] ?? "";
  return {
    name,
    words: `database ${name} at ${place}`,
    start: (tool, args, signal) =>
      startClient({
        file: clientProgram(tool, env["PATH"] ?? ""),
        args: connectionArguments(tool, args),
        // Messages in English: their first line is shown to the operator.
        env: { PGCONNECT_TIMEOUT: "10", ...env, ...connection, LC_ALL: "C" },
        redact: (text) => (password === "" ? text : text.replaceAll(password, "***")),
        signal,
      }),
    on: (other) => throughUrl({ ...connection, PGDATABASE: other }, env),
  };
}

/** pg_restore gets its database from its caller, and is never idle; a program that is asked for its version connects to nothing. */
export const connectionArguments = (
  tool: ClientTool,
  args: readonly string[],
): readonly string[] =>
  tool === "pg_restore" || args.includes("--version") ? args : [...keepaliveArguments, ...args];

/** Settings that would lead the client programs somewhere else, and the secrets of the step itself, are left out. */
export function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept =
    /^(?!PG|REDACT$|BACKUP_|PULUMI_CONFIG)(?!.*_URL$)|^PG(SSL|PASSFILE|CONNECT_TIMEOUT|SYSCONFDIR)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => kept.test(name)));
}

function throughContainer(source: ContainerSource, env: NodeJS.ProcessEnv): Database {
  const { container, database: name } = source;
  return {
    name,
    words: `database ${name} in ${container.words}`,
    start: (tool, args, signal) => {
      const user = source.user === undefined ? [] : ["-U", source.user];
      const login = args.includes("--version") ? [] : [...user, "-w", "-d", name];
      return startClient({
        // Without its input open nothing is read: pg_dump has none.
        ...container.command([tool, ...login, ...args], { hasInput: tool !== "pg_dump" }),
        env: withoutSecrets(env),
        redact: (text) => text,
        signal,
        lost: container.lost,
      });
    },
    on: (other) => throughContainer({ ...source, database: other }, env),
  };
}
