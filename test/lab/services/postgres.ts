import { chown, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../run";
import { exists } from "../cache";
import type { Daemon } from "../daemon";
import type { Settings } from "../settings";

const account = "postgres";

/** Folder of the newest installed PostgreSQL's programs. */
export async function postgresPrograms(): Promise<string> {
  const root = "/usr/lib/postgresql";
  const versions = (await readdir(root)).filter((name) => /^\d+$/.test(name)).map(Number);
  return join(root, String(Math.max(...versions)), "bin");
}

const asAccount = ["setpriv", `--reuid=${account}`, `--regid=${account}`, "--init-groups"] as const;

/** A PostgreSQL server of the lab's own, made on first use; passwords are checked by SCRAM. */
export async function postgres(settings: Settings, password: string): Promise<Daemon> {
  const programs = await postgresPrograms();
  const folder = join(settings.home, "postgres");
  const data = join(folder, "data");
  await ensureCluster(programs, folder, data, password);
  const access = [
    "local all all scram-sha-256",
    "host all all 127.0.0.1/32 scram-sha-256",
    `host all all ${settings.nodeAddress}/32 scram-sha-256`,
    `host all all ${settings.podRange} scram-sha-256`,
  ].join("\n");
  await writeFile(join(data, "pg_hba.conf"), `${access}\n`);
  const options = {
    listen_addresses: `127.0.0.1,${settings.nodeAddress}`,
    port: settings.ports.postgres,
    unix_socket_directories: folder,
    max_connections: 200,
    // What the lab holds may be lost with the machine.
    fsync: "off",
    password_encryption: "scram-sha-256",
  };
  return {
    name: "postgres",
    command: [
      ...asAccount,
      join(programs, "postgres"),
      "-D",
      data,
      ...Object.entries(options).flatMap(([key, value]) => ["-c", `${key}=${value}`]),
    ],
    reads: [access],
    listens: ["127.0.0.1", settings.nodeAddress].map((host) => ({
      host,
      port: settings.ports.postgres,
    })),
    ready: async () => {
      const where = ["-h", "127.0.0.1", "-p", String(settings.ports.postgres), "-q"];
      return (await run(join(programs, "pg_isready"), where, { reject: false })).exitCode === 0;
    },
  };
}

async function ensureCluster(
  programs: string,
  folder: string,
  data: string,
  password: string,
): Promise<void> {
  const complete = join(folder, "complete");
  if (await exists(complete)) return;
  // A half-made cluster of an interrupted run cannot be finished, only made again.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [uid, gid] = await Promise.all(
    ["-u", "-g"].map(async (flag) => Number((await run("id", [flag, account])).stdout)),
  );
  await chown(folder, uid!, gid!);
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, password, { mode: 0o600 });
  await chown(passwordFile, uid!, gid!);
  const [command, ...rest] = asAccount;
  await run(
    command,
    [
      ...rest,
      join(programs, "initdb"),
      `--pgdata=${data}`,
      `--pwfile=${passwordFile}`,
      `--username=${account}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C.UTF-8",
      "--no-sync",
    ],
    { cwd: "/" },
  );
  await rm(passwordFile);
  await writeFile(complete, "");
}
