import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { DOCKER_STACK } from "../lab/docker/stage";
import { makeServing, well, type ServingGateway } from "./docker-serving";

const APPLIED = "SELECT max(filename) FROM _schema_migrations";

describe("a gateway on a Docker host that serves", () => {
  let served: ServingGateway;

  beforeAll(async () => {
    served = await makeServing("backups", 18_708);
  });
  afterAll(() => served.stage.clear());

  test("is left alone by a backup that finds no room, and upgraded by the same line once there is (S-02, T-13)", async () => {
    const dumps = join(served.stage.project.directory, "small");
    await mkdir(dumps, { mode: 0o700 });
    await execa("mount", ["-t", "tmpfs", "-o", "size=16k,mode=0700", "tmpfs", dumps]);
    onTestFinished(() => void execa("umount", ["-l", dumps], { reject: false }));
    await served.configure({ backup: { directory: dumps } });
    await served.want("1.0.1");
    const before = await served.touched();
    const run = await served.up();
    expect(run.exitCode, run.all).not.toBe(0);
    expect(run.all).toMatch(/room|space/);
    expect(await served.touched()).toEqual(before);
    await served.configure({ backup: null });
    well(await served.up());
  });

  test("is left as it was by a backup whose database goes away, and upgraded by the same up (S-02, T-13)", async () => {
    const before = await served.touched();
    await served.want("1.1.0");
    const run = await served.stage.project.startUp(DOCKER_STACK);
    await run.said(/saving database/);
    const cut =
      "ALTER DATABASE smoltbot ALLOW_CONNECTIONS false; SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = 'smoltbot'";
    await served.stage.sqlOf("postgres", cut);
    const { exitCode, all } = await run.finished;
    await served.stage.sqlOf("postgres", "ALTER DATABASE smoltbot ALLOW_CONNECTIONS true");
    expect(exitCode, all).not.toBe(0);
    expect(await served.touched()).toEqual(before);
    expect(await served.stage.sql(APPLIED)).toBe("002_checkpoints.sql");
    well(await served.up());
    expect(await served.stage.sql(APPLIED)).toBe("004_nudges.sql");
  });
});
