import { execFile } from "node:child_process";
import { chmod, chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const programs = "/usr/lib/postgresql/15/bin";

/** A password that breaks every careless quoting. */
export const password = "p@ss/w%rd#'1\" $HOME";

/** A PostgreSQL server of a test's own, in a directory of its own. */
export interface PrivateServer {
  /** Where its data lie. */
  readonly directory: string;
  /** Connection string of one of its databases. */
  readonly url: (database: string) => string;
  /** Runs SQL as the administrator and returns its bare output. */
  readonly sql: (database: string, script: string) => Promise<string>;
  /** Ends it at once, as a crash would. */
  readonly crash: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Lets its next transaction bear this number, at most two thousand million from its last one, and freezes all rows. */
  readonly advance: (transaction: number) => Promise<void>;
  /** Ends it and removes its directory. */
  readonly remove: () => Promise<void>;
}

/** Starts a server on a free port of the loopback interface. As root, it runs as user postgres. */
export async function startPrivateServer(): Promise<PrivateServer> {
  const root = await mkdtemp(join(tmpdir(), "gateways-postgres-"));
  const data = join(root, "data");
  const secret = join(root, "password");
  await writeFile(secret, password);
  const owner = process.getuid?.() === 0 ? await identity() : undefined;
  if (owner !== undefined) {
    for (const path of [root, secret]) await chown(path, owner.uid, owner.gid);
  }
  await chmod(root, 0o755);
  const server = async (program: string, ...args: readonly string[]): Promise<void> => {
    await run(join(programs, program), args, { ...owner, cwd: root });
  };
  await server(
    ...(["initdb", "-D", data, "-A", "scram-sha-256", "-U", "admin"] as const),
    ...["--pwfile", secret, "-E", "UTF8", "--locale=C.UTF-8", "-N"],
  );
  const port = await freePort();
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${root} -c fsync=off`;
  const start = () =>
    server("pg_ctl", "-D", data, "-w", "-o", options, "-l", join(root, "log"), "start");
  await start();
  const crash = () => server("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop");
  const url = (database: string) =>
    `postgres://admin:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  const env = (database: string) => ({
    ...{ PGHOST: "127.0.0.1", PGPORT: String(port), PGUSER: "admin", PGPASSWORD: password },
    ...{ PATH: process.env["PATH"], PGDATABASE: database },
  });
  const sql = async (database: string, script: string): Promise<string> => {
    const answer = run("psql", ["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1"], {
      env: env(database),
    });
    answer.child.stdin?.end(script);
    return (await answer).stdout.trim();
  };
  const advance = async (transaction: number): Promise<void> => {
    await server("pg_ctl", "-D", data, "-w", "-m", "fast", "stop");
    await server("pg_resetwal", "-D", data, "-x", String(transaction));
    // The server wants to read the fate of transactions that never were: one file tells that of 2^20 of them.
    const segment = Math.floor(transaction / 2 ** 20);
    const file = join(data, "pg_xact", segment.toString(16).toUpperCase().padStart(4, "0"));
    await writeFile(file, Buffer.alloc(2 ** 18));
    if (owner !== undefined) await chown(file, owner.uid, owner.gid);
    await start();
    await sql("postgres", "UPDATE pg_database SET datallowconn = true;");
    await run("vacuumdb", ["--all", "--freeze", "--quiet"], { env: env("postgres") });
  };
  return {
    directory: root,
    url,
    start,
    crash,
    sql,
    advance,
    remove: async () => {
      await crash();
      await rm(root, { recursive: true });
    },
  };
}

async function identity(): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all(
    ["-u", "-g"].map(async (flag) => Number((await run("id", [flag, "postgres"])).stdout)),
  );
  return { uid: uid!, gid: gid! };
}

/** A port of this machine that nobody has at this moment, at whatever address. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
