import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { ensureSsh, killSshd, type SshAccess } from "../lab/docker/ssh";
import { DOCKER_STACK } from "../lab/docker/stage";
import { connectLab } from "../lab/lab";
import { readSettings, type Settings } from "../lab/settings";
import { isSettled, makeServing, well, type ServingGateway } from "./docker-serving";

const APPLIED = "SELECT max(filename) FROM _schema_migrations";

/** Another key than that of the host; made once, and nobody has its other half. */
const NOT_ITS_KEY =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

/** One gateway, told step by step, by a stack that reaches its Docker host by SSH and by nothing else; sshd has its own defaults. */
describe("a gateway on a Docker host that is reached by SSH", () => {
  let settings: Settings;
  let access: SshAccess;
  let served: ServingGateway;

  const reach = (docker: Readonly<Record<string, unknown>>) => served.configure({ docker });
  /** The stack as it was before an attempt that was refused. */
  const asBefore = async () => {
    await reach({ host: access.url, hostKey: access.hostKey });
    await served.want("1.0.0");
  };
  /** An upgrade that is refused because nobody could look: said once, and nothing was touched. */
  const isRefused = async (words: RegExp) => {
    onTestFinished(asBefore);
    await served.want("1.1.0");
    const before = await served.touched();
    const run = await served.up();
    expect(run.exitCode, run.all).not.toBe(0);
    expect(run.all.match(/UNKNOWN daemon /g), run.all).toHaveLength(1);
    expect(run.all).toMatch(words);
    expect(run.all).toMatch(/nothing was touched/);
    expect(await served.touched()).toEqual(before);
  };

  beforeAll(async () => {
    settings = readSettings({ ...process.env, LAB_HOME: (await connectLab()).home });
    access = await ensureSsh(settings);
    process.env["SSH_AUTH_SOCK"] = access.env["SSH_AUTH_SOCK"];
    served = await makeServing("remote", 18_711, { host: access.url, hostKey: access.hostKey });
  });
  afterAll(async () => {
    delete process.env["SSH_AUTH_SOCK"];
    await served.stage.clear();
  });

  test("whose host is lost in the rollout ends that up in words; the same up finishes once the host is back (S-14, S-40)", async () => {
    await served.want("1.1.0");
    const load = served.stage.load(20);
    const run = await served.stage.project.startUp(DOCKER_STACK);
    await run.said(/takes requests from now on/);
    await killSshd(settings);
    const { exitCode, all } = await run.finished;
    expect(exitCode, all).not.toBe(0);
    expect(all).toMatch(
      /Docker at ssh:\/\/root@10\.246\.0\.2 cannot be asked: ssh root@10\.246\.0\.2: .+\. Fix: see that the host is up/,
    );
    await ensureSsh(settings);
    well(await served.up());
    // Whoever sends requests has noticed nothing.
    expect((await load.stop()).byError).toEqual({});
    await isSettled(served);
    expect(await served.stage.sql(APPLIED)).toBe("004_nudges.sql");
    expect(await served.stage.running("gateway")).toEqual([
      expect.stringContaining("-gateway-1-1-0-"),
    ]);
  });

  test("goes back under load without a failed request, and leaves the database as it is (S-33 to S-36, S-48)", async () => {
    await served.want("1.0.0");
    const load = served.stage.load(20);
    well(await served.up());
    const { sent, byError } = await load.stop();
    expect(sent).toBeGreaterThan(100);
    expect(byError).toEqual({});
    expect(await served.stage.sql("SELECT count(*) FROM agents")).toBe("100");
    expect(await served.stage.sql(APPLIED)).toBe("004_nudges.sql");
    await isSettled(served);
  });

  test("is left alone where the host has another key than the stack file names: said once, in the words of ssh", async () => {
    await reach({ hostKey: NOT_ITS_KEY });
    await isRefused(/UNKNOWN daemon .*Host key verification failed/);
  });

  test("is left alone where the host accepts a connection and never speaks: said once, after the limit of a login", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    await reach({ host: `ssh://root@127.0.0.1:${port}` });
    await isRefused(/UNKNOWN daemon .*ssh root@127\.0\.0\.1: /);
  });
});
