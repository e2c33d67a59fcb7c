import { createServer } from "node:net";
import { cpus } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { DOCKER_STACK } from "../lab/docker/stage";
import { answers, isSettled, makeServing, well, type ServingGateway } from "./docker-serving";

const PORT = 18_703;
const TAKEN = 18_793;

describe("a gateway on a Docker host that serves", () => {
  let served: ServingGateway;

  /** An up that is refused in these words: nothing of the gateway was touched, and no request has failed. */
  const isRefused = async (words: RegExp): Promise<PulumiRun> => {
    const before = await served.touched();
    const load = served.stage.load(20);
    const run = await served.up();
    const { byError } = await load.stop();
    expect(run.exitCode, run.all).not.toBe(0);
    expect(run.all).toMatch(words);
    expect(run.all).toMatch(/nothing was touched/);
    expect(await served.touched()).toEqual(before);
    expect(byError).toEqual({});
    return run;
  };

  beforeAll(async () => {
    served = await makeServing("refusals", PORT);
  });
  afterAll(() => served.stage.clear());

  test("is left alone where an image is nowhere to be had (S-05)", async () => {
    await served.configure({ docker: { images: { proxy: "haproxy:2.6-no-such-one" } } });
    await isRefused(/UNKNOWN image-pull .*haproxy:2\.6-no-such-one/);
    await served.configure({ docker: { images: { proxy: "haproxy:2.6" } } });
  });

  test("is left alone where somebody else has the port that it is to move to (T-46)", async () => {
    await served.stage.containers.start("refusals-squatter", {
      Image: "gateways.local/supabase:1",
      Cmd: ["--listen", "0.0.0.0:54321"],
      Env: ["DATABASE_URL=postgres://nobody@127.0.0.1:1/none"],
      ExposedPorts: { "54321/tcp": {} },
      HostConfig: { PortBindings: { "54321/tcp": [{ HostPort: String(TAKEN) }] } },
    });
    onTestFinished(() => served.stage.containers.remove("refusals-squatter"));
    await served.configure({ docker: { publish: { port: TAKEN } } });
    await isRefused(new RegExp(`BLOCK published-port .*${TAKEN}.*refusals-squatter`));
    await served.configure({ docker: { publish: { port: PORT } } });
  });

  test("is left alone where its PostgreSQL is to be of another major than its data, and is told the way", async () => {
    const runOn = (postgres: string) => served.configure({ docker: { images: { postgres } } });
    onTestFinished(async () => {
      await runOn("postgres:15-alpine");
    });
    await runOn("postgres:16-alpine");
    const { all } = await isRefused(
      /BLOCK postgres-major .*postgres:16-alpine for volume refusals_pgdata, whose data is of PostgreSQL 15/,
    );
    expect(all).toMatch(/to change the major, docker stop gateway and observer, dump the database/);
  });

  test("is left alone where a container may have more CPUs than the host has (S-05)", async () => {
    const limit = (cpus: number) =>
      served.configure({ docker: { limits: { observer: { memoryMiB: 128, cpus } } } });
    onTestFinished(async () => {
      await limit(1);
    });
    await limit(cpus().length + 1);
    await isRefused(/BLOCK host-cpus at \S+docker\.limits\.observer\.cpus: /);
  });

  test("is left alone while somebody's docker compose up runs on its volume, and upgraded by the same line once that is stopped (S-14)", async () => {
    await served.want("1.0.1");
    await served.stage.containers.start("refusals-redis-1", {
      Image: "redis:7-alpine",
      Cmd: ["redis-server"],
      Labels: {
        "com.docker.compose.project": "somebodys",
        "com.docker.compose.service": "redis",
      },
      HostConfig: { Binds: ["refusals_redisdata:/data:ro"] },
    });
    onTestFinished(() => served.stage.containers.remove("refusals-redis-1"));
    await isRefused(/BLOCK compose-project .*refusals-redis-1.*refusals_redisdata/);
    await served.stage.containers.remove("refusals-redis-1");
    well(await served.up());
    await isSettled(served);
  });

  test("whose password the stack file has wrong ends that up in words, keeps serving, and is as before with the right one (S-14, T-14)", async () => {
    const write = (password: string) =>
      served.stage.project.setSecret(
        DOCKER_STACK,
        "gateways:smoltbotSecrets.POSTGRES_PASSWORD",
        password,
      );
    await write("not the password");
    const run = await served.up();
    expect(run.exitCode, run.all).not.toBe(0);
    expect(run.all).toMatch(/WARN data-containers at container refusals-postgres: .*ALTER ROLE/);
    // In the words of the migration, which names no reason.
    expect(run.all).toMatch(/the migration failed: .*Database is not reachable/);
    expect(run.all).not.toContain("not the password");
    await answers(served);
    await write(served.stage.secrets["POSTGRES_PASSWORD"] ?? "");
    well(await served.up());
    expect(await served.stage.sql("SELECT count(*) FROM agents")).toBe("100");
    await isSettled(served);
  });

  test("is left alone by a daemon that never answers: said once, after its limit", async () => {
    const socket = join(served.stage.project.directory, "silent.sock");
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(socket, resolve));
    onTestFinished(() => void silent.close());
    await served.configure({ docker: { host: `unix://${socket}` } });
    const run = await isRefused(/UNKNOWN daemon /);
    expect(run.all.match(/UNKNOWN daemon /g)).toHaveLength(1);
    expect(run.seconds).toBeLessThan(240);
    await served.configure({ docker: { host: served.stage.daemon } });
  });
});
