import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { connectLab } from "../lab/lab";
import { DOCKER_STACK, makeDockerStage, type DockerStage } from "../lab/docker/stage";

const PORT = 18_703;
const TAKEN = 18_793;
const APPLIED = "SELECT max(filename) FROM _schema_migrations";

/** One gateway that serves, whatever goes wrong around it. */
describe("a gateway on a Docker host that serves", () => {
  let stage: DockerStage;

  const configure = (smoltbot: Readonly<Record<string, unknown>>) =>
    stage.project.configure(DOCKER_STACK, { "gateways:smoltbot": smoltbot });
  const want = (version: string) => stage.project.setVersion(DOCKER_STACK, version);
  const up = () => stage.project.up(DOCKER_STACK);
  const well = (run: PulumiRun) => {
    expect(run.exitCode, run.all).toBe(0);
  };
  /** Every container, which one it is and since when it runs. */
  const touched = async () =>
    (await stage.containers.all())
      .filter(({ name }) => name.startsWith("faults-"))
      .map(({ name, id, inspected }) => [name, id, (inspected["State"] as object | null) ?? {}])
      .map(([name, id, state]) => [name, id, (state as { StartedAt?: string }).StartedAt])
      .toSorted();
  /** An up that is refused in these words: nothing of the gateway was touched, and no request has failed. */
  const isRefused = async (words: RegExp): Promise<PulumiRun> => {
    const before = await touched();
    const load = stage.load(20);
    const run = await up();
    const { byError } = await load.stop();
    expect(run.exitCode, run.all).not.toBe(0);
    expect(run.all).toMatch(words);
    expect(run.all).toMatch(/nothing was touched/);
    expect(await touched()).toEqual(before);
    expect(byError).toEqual({});
    return run;
  };

  beforeAll(async () => {
    stage = await makeDockerStage(await connectLab(), "faults", PORT);
    well(await up());
    await stage.seed(100);
  });
  afterAll(() => stage.clear());

  test("is left alone where an image is nowhere to be had (S-05)", async () => {
    await configure({ docker: { images: { proxy: "haproxy:2.6-no-such-one" } } });
    await isRefused(/(BLOCK|UNKNOWN) image-exists .*haproxy:2\.6-no-such-one/);
    await configure({ docker: { images: { proxy: "haproxy:2.6" } } });
  });

  test("is left alone where somebody else has the port that it is to move to (T-46)", async () => {
    await stage.containers.start("faults-squatter", {
      Image: "gateways.local/supabase:1",
      Cmd: ["--listen", "0.0.0.0:54321"],
      Env: ["DATABASE_URL=postgres://nobody@127.0.0.1:1/none"],
      ExposedPorts: { "54321/tcp": {} },
      HostConfig: { PortBindings: { "54321/tcp": [{ HostPort: String(TAKEN) }] } },
    });
    onTestFinished(() => stage.containers.remove("faults-squatter"));
    await configure({ docker: { publish: { port: TAKEN } } });
    await isRefused(new RegExp(`BLOCK published-port .*${TAKEN}.*faults-squatter`));
    await configure({ docker: { publish: { port: PORT } } });
  });

  test("is left alone by a daemon that never answers: said once, after its limit", async () => {
    const socket = join(stage.project.directory, "silent.sock");
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(socket, resolve));
    onTestFinished(() => void silent.close());
    await configure({ docker: { host: `unix://${socket}` } });
    const run = await isRefused(/UNKNOWN daemon /);
    expect(run.all.match(/UNKNOWN daemon /g)).toHaveLength(1);
    expect(run.seconds).toBeLessThan(120);
    await configure({ docker: { host: stage.daemon } });
  });

  test("is left alone by a backup that finds no room, and upgraded by the same line once there is (S-02, T-13)", async () => {
    const dumps = join(stage.project.directory, "small");
    await mkdir(dumps, { mode: 0o700 });
    await execa("mount", ["-t", "tmpfs", "-o", "size=16k,mode=0700", "tmpfs", dumps]);
    onTestFinished(() => void execa("umount", ["-l", dumps], { reject: false }));
    await configure({ backup: { directory: dumps } });
    await want("1.0.1");
    const before = await touched();
    const run = await up();
    expect(run.exitCode, run.all).not.toBe(0);
    expect(run.all).toMatch(/room|space/);
    expect(await touched()).toEqual(before);
    await configure({ backup: null });
    well(await up());
  });

  test("is left as it was by a backup whose database goes away, and upgraded by the same up (S-02, T-13)", async () => {
    const before = await touched();
    await want("1.1.0");
    const run = await stage.project.startUp(DOCKER_STACK);
    await run.said(/saving database/, 180);
    const cut =
      "ALTER DATABASE smoltbot ALLOW_CONNECTIONS false; SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = 'smoltbot'";
    await stage.sqlOf("postgres", cut);
    const { exitCode, all } = await run.finished;
    await stage.sqlOf("postgres", "ALTER DATABASE smoltbot ALLOW_CONNECTIONS true");
    expect(exitCode, all).not.toBe(0);
    expect(await touched()).toEqual(before);
    expect(await stage.sql(APPLIED)).toBe("002_checkpoints.sql");
    well(await up());
    expect(await stage.sql(APPLIED)).toBe("004_nudges.sql");
  });

  test("whose containers somebody has removed and restarted by hand is told of it, and as before after refresh and up", async () => {
    const [gateway = ""] = await stage.running("gateway");
    const [observer = ""] = await stage.running("observer");
    await stage.restartByHand(gateway);
    await stage.containers.remove(observer);
    const preview = await stage.project.preview(DOCKER_STACK);
    expect(preview.all).toMatch(
      new RegExp(`WARN container-drift at container ${observer}: found no such container`),
    );
    well(await stage.project.refresh(DOCKER_STACK));
    const load = stage.load(20);
    well(await up());
    expect((await load.stop()).byError).toEqual({});
    expect(await stage.running("gateway")).toEqual([gateway]);
    expect(await stage.running("observer")).toEqual([observer]);
    const after = await stage.project.preview(DOCKER_STACK);
    expect(after.steps.filter(({ op }) => op !== "same" && op !== "read")).toEqual([]);
  });

  test("whose database somebody has removed is told of it, and has it again on the volume that it had after refresh and up (S-14)", async () => {
    await stage.containers.remove("faults-postgres");
    const preview = await stage.project.preview(DOCKER_STACK);
    expect(preview.all).toMatch(/WARN database .*its own container, which this run makes/);
    well(await stage.project.refresh(DOCKER_STACK));
    well(await up());
    expect(await stage.sql("SELECT count(*) FROM agents")).toBe("100");
    const after = await stage.project.preview(DOCKER_STACK);
    expect(after.steps.filter(({ op }) => op !== "same" && op !== "read")).toEqual([]);
  });

  test("has a changed setting of Redis reach its container on the volume that it had, and the preview says what that costs", async () => {
    const before = await stage.containers.named("faults-redis");
    await configure({ docker: { limits: { redis: { memoryMiB: 96 } } } });
    const preview = await stage.project.preview(DOCKER_STACK);
    expect(preview.all).toMatch(
      /WARN data-containers at container faults-redis: .*volume faults_redisdata/,
    );
    expect(preview.all).not.toMatch(/WARN container-drift/);
    well(await up());
    const after = await stage.containers.named("faults-redis");
    expect(after.id).not.toBe(before.id);
    expect(after.inspected).toMatchObject({
      HostConfig: { Memory: 96 * 1024 ** 2 },
      Mounts: [{ Name: "faults_redisdata" }],
    });
    expect(await stage.sql("SELECT count(*) FROM agents")).toBe("100");
  });
});
