import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { containerOf } from "../../../components/docker/platform/docker-command";
import { openDatabase } from "../../../components/postgres/database";
import { query } from "../../../components/postgres/query";
import { openSession } from "../../../components/postgres/session";
import { daemonThat } from "../api/silent-daemon";

const key = "edge-1 ssh-ed25519 AAAAC3Nza root@edge-1";

describe("a Docker host behind SSH", () => {
  test("runs programs in its containers by its own docker, with each word as it is", () => {
    const { command } = containerOf({ host: "ssh://root@edge-1", hostKey: key }, "db");
    const { file, args } = command(["psql", "-c", "SELECT 'a b'"]);
    expect(file).toBe("ssh");
    expect(args.slice(-2)).toEqual([
      "root@edge-1",
      `docker exec -i db psql -c 'SELECT '\\''a b'\\'''`,
    ]);
  });

  test("is not needed for a daemon of this machine", () => {
    const { command } = containerOf({ host: "unix:///run/docker.sock" }, "db");
    expect(command(["pg_dump"], { hasInput: false })).toEqual({
      file: "docker",
      args: ["--host", "unix:///run/docker.sock", "exec", "db", "pg_dump"],
    });
  });
});

/** Puts a program in the place of docker; its environment leads to it. */
async function instead(script: string): Promise<NodeJS.ProcessEnv> {
  const folder = await mkdtemp(join(tmpdir(), "docker-"));
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });
  await writeFile(join(folder, "docker"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"] ?? ""}`);
  return process.env;
}

describe("a program that runs in a container", () => {
  test("is given up once the daemon has fallen silent, and whoever waits for its rows is told which one (S-02, S-40)", async () => {
    const env = await instead("exec sleep 60");
    const { host } = await daemonThat(() => undefined);
    const container = containerOf({ host }, "db", { every: 0.2, seconds: 0.3 });
    const database = openDatabase({ kind: "container", container, database: "smoltbot" }, env);
    const words = `database smoltbot in container db: Docker at ${host} has not answered GET /_ping`;
    await expect(query(database, "SELECT 1;")).rejects.toThrow(words);
    await expect(openSession(database, "a lock").query("SELECT 1;")).rejects.toThrow(words);
  });

  test("may take as long as it needs while the daemon answers, or while the way to it is cut for a moment (S-02)", async () => {
    const env = await instead("sleep 1.5; echo done");
    let asked = 0;
    const { host } = await daemonThat((_, response) => {
      asked += 1;
      if (asked === 2) response.destroy();
      else response.end("OK");
    });
    const container = containerOf({ host }, "db", { every: 0.1, seconds: 0.3 });
    const database = openDatabase({ kind: "container", container, database: "smoltbot" }, env);
    await expect(query(database, "SELECT 1;")).resolves.toEqual(["done"]);
    expect(asked).toBeGreaterThan(2);
  });
});
