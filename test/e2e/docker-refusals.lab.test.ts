import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { makeServing, type ServingGateway } from "./docker-serving";

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
