import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { ensureSsh, killSshd, type SshAccess } from "../lab/docker/ssh";
import { DOCKER_STACK, makeDockerStage, type DockerStage } from "../lab/docker/stage";
import { connectLab } from "../lab/lab";
import { readSettings, type Settings } from "../lab/settings";
import { well } from "./docker-serving";

const PORTS = { here: 18_721, there: 18_722 } as const;
/** Its own, because it is cut off. */
const SSH_PORT = 2222;
const NAMES = ["here", "there"] as const;

/** Two gateways of one stack, each with the way to its own Docker host: one by the daemon's socket, one by SSH. The lab has one daemon, which is both. */
describe("several gateways on Docker hosts in one stack", () => {
  let settings: Settings;
  let access: SshAccess;
  let stages: Readonly<Record<(typeof NAMES)[number], DockerStage>>;

  const project = () => stages.here.project;
  const want = (version: string) => project().setVersion(DOCKER_STACK, version);
  const up = () => project().up(DOCKER_STACK);
  const evidence = async () => {
    const { smoltbotEvidence, ...outputs } = await project().outputs(DOCKER_STACK);
    expect(smoltbotEvidence).toBeUndefined();
    return outputs;
  };
  const both = (version: string) => ({
    hereEvidence: { version },
    thereEvidence: { version },
  });
  /** Names of the gateways that run. */
  const running = () => Promise.all(NAMES.map((name) => stages[name].running("gateway")));
  const at = (version: string) =>
    NAMES.map((name) => [
      expect.stringContaining(`${name}-gateway-${version.replaceAll(".", "-")}-`) as unknown,
    ]);
  const isSettled = async () => {
    const { steps } = await project().preview(DOCKER_STACK);
    expect(steps.filter(({ op }) => op !== "same" && op !== "read")).toEqual([]);
  };

  beforeAll(async () => {
    const lab = await connectLab();
    settings = readSettings({ ...process.env, LAB_HOME: lab.home });
    access = await ensureSsh(settings, SSH_PORT);
    process.env["SSH_AUTH_SOCK"] = access.env["SSH_AUTH_SOCK"];
    stages = {
      here: await makeDockerStage(lab, "here", PORTS.here),
      there: await makeDockerStage(lab, "there", PORTS.there),
    };
    await project().configure(DOCKER_STACK, {
      "gateways:instances": {
        here: {},
        there: {
          docker: {
            host: access.url,
            hostKey: access.hostKey,
            project: "there",
            network: "there_edge",
            publish: { port: PORTS.there },
            innerPort: PORTS.there + 10_000,
          },
        },
      },
    });
  });
  afterAll(async () => {
    delete process.env["SSH_AUTH_SOCK"];
    for (const stage of Object.values(stages)) await stage.clear();
  });

  test("are installed by one up, each at its own host, with evidence of its own (S-12)", async () => {
    well(await up());
    expect(await running()).toEqual(at("1.0.0"));
    expect(await evidence()).toMatchObject(both("1.0.0"));
    for (const name of NAMES) await stages[name].seed(50);
    await isSettled();
  });

  test("of which one host cannot be reached stop before anything is touched on the other one", async () => {
    onTestFinished(async () => {
      await ensureSsh(settings, SSH_PORT);
    });
    await want("1.1.0");
    await killSshd(settings, SSH_PORT);
    const run = await up();
    expect(run.exitCode, run.all).not.toBe(0);
    expect(run.all).toMatch(/UNKNOWN daemon .*ssh root@/);
    expect(run.all).toMatch(/nothing was touched/);
    expect(await running()).toEqual(at("1.0.0"));
  });

  test("are upgraded by one line, without a failed request at either, and with the data of each (S-14, T-46)", async () => {
    await want("1.1.0");
    const loads = NAMES.map((name) => stages[name].load(20));
    well(await up());
    for (const load of loads) {
      const { sent, byError } = await load.stop();
      expect(sent).toBeGreaterThan(100);
      expect(byError).toEqual({});
    }
    expect(await running()).toEqual(at("1.1.0"));
    expect(await evidence()).toMatchObject(both("1.1.0"));
    for (const name of NAMES)
      expect(await stages[name].sql("SELECT count(*) FROM agents")).toBe("50");
    await isSettled();
  });
});
