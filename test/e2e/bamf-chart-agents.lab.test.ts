import { setTimeout as pause } from "node:timers/promises";
import type { KubernetesObject, V1Deployment } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Evidence } from "../../components/upgrade/evidence/evidence";
import { chartsResource } from "../lab/bamf/around";
import { lossesOf } from "../lab/bamf/report";
import type { Users, UsersOptions } from "../lab/bamf/users";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { until } from "../lab/until";
import { makeBamfStage, type BamfStage } from "./bamf-stage";

const OLD = "v0.10.0";
const NEW = "v0.11.0";
const AGENTS = 2;
const HELD = 6;
const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");
/** Longest that a run takes to come to its agents, on a machine that is busy with something else. Unit: seconds. */
const TO_AGENTS = 900;

/** Each test on what the one before it left. What it does not prove: that the vendor's own agents end as those of the lab do. */
describe("a BAMF whose chart has agents, with tunnels open through them", () => {
  let stage: BamfStage;
  /** The release that serves. */
  let serving = OLD;
  const want = async (tag: string) => {
    await stage.agree("prod", tag);
    await stage.want("prod", tag);
  };
  const podsOf = async (component: string) => {
    const pods = await stage.eyes("prod").pods({ "app.kubernetes.io/component": component });
    return pods.filter(({ leaving }) => !leaving);
  };
  const imagesOf = async (component: string) =>
    new Set((await podsOf(component)).flatMap(({ images }) => images));
  const image = (component: string, tag: string) =>
    new Set([`ghcr.io/mattrobinsonsre/bamf-${component}:${tag}`]);
  const agents = async () => (await podsOf("agent")).map(({ name }) => name).sort();
  const deployment = async () =>
    (await stage.eyes("prod").object<V1Deployment & KubernetesObject>("Deployment", "bamf-agent"))
      ?.spec;
  const isHeld = async () => ((await deployment())?.minReadySeconds ?? 0) > 0;
  /** Exit 0, every part of that release, evidence of it, nothing held and nothing left to do. */
  const endsWell = async (run: PulumiRun, tag: string) => {
    expect(run.exitCode, run.all).toBe(0);
    expect(await isHeld()).toBe(false);
    for (const component of ["api", "bridge", "proxy", "web", "agent"])
      expect(await imagesOf(component)).toEqual(image(component, tag));
    expect(await podsOf("agent")).toHaveLength(AGENTS);
    expect(changes(await stage.project.preview("prod"))).toEqual([]);
    serving = tag;
  };
  /** Whose tunnels end with the test, however that ends. */
  const usersWith = async (options: Pick<UsersOptions, "hold" | "openEveryMs">) => {
    const flags = ["-resource", chartsResource];
    const users = await stage.users("prod", { ...options, flags });
    let here = true;
    const stop = async () => {
      if (here) await users.stop();
      here = false;
    };
    onTestFinished(stop);
    return { ...users, stop };
  };
  const noneIsLost = async (users: Users, run?: PulumiRun) => {
    const report = await users.report();
    const lost = report.tunnels.filter(({ state }) => ["cut", "frozen", "failed"].includes(state));
    const none = { cut: 0, frozen: 0, failedOpens: 0 };
    // A pod that was restarted has lost its tunnels, whatever the program does.
    const pods = (await stage.eyes("prod").pods()).map(({ name, restarts }) => [name, restarts]);
    const about = `${JSON.stringify([lost, pods])}\n${run?.all ?? ""}`;
    expect(lossesOf(report), about).toMatchObject(none);
    return report;
  };

  beforeAll(async () => {
    // Whoever has a tunnel open is waited for: bridges carry theirs at once, and nothing carries those of an agent.
    const sessions = { limitMinutes: 0, policy: "wait" };
    const about = { bridges: 2, agents: AGENTS, bamf: { sessions } };
    stage = await makeBamfStage("bamf-agents", OLD, about);
    const [installed] = await Promise.all([stage.project.up("prod"), stage.letJoin("prod")]);
    expect(installed.exitCode, installed.all).toBe(0);
  });
  afterAll(() => stage.clear());

  test.each([
    ["is upgraded", OLD, NEW],
    ["goes back by reverting the line", NEW, OLD],
  ])(
    "%s: its agents keep their image until the API is verified and the bridges are rolled, each is stopped once its tunnels have ended, and none is cut (B-08, B-12, B-34, B-35, T-25, T-41)",
    async (_, from, to) => {
      const before = await agents();
      await want(to);
      const held = await usersWith({ hold: HELD });
      const passing = await usersWith({ hold: 0, openEveryMs: 500 });
      const run = await stage.project.startUp("prod");
      await run.said(/bamf-bridge-1 is replaced/, TO_AGENTS);
      expect(await imagesOf("api")).toEqual(image("api", to));
      expect(await imagesOf("agent")).toEqual(image("agent", from));
      await run.said(/tunnels run through it, which its stop cuts/, TO_AGENTS);
      expect(await imagesOf("bridge")).toEqual(image("bridge", to));
      // Longer than those that pass live: the old agents have none of them any more.
      await pause(6000);
      expect((await noneIsLost(held)).held.kept).toBe(HELD);
      // One of the old ones may have had none.
      expect((await agents()).filter((name) => before.includes(name))).not.toEqual([]);
      // The users go home.
      await held.stop();
      const finished = await run.finished;
      await endsWell(finished, to);
      expect((await noneIsLost(passing, finished)).passing.opened).toBeGreaterThan(20);

      const { bamfEvidence } = await stage.project.outputs("prod");
      const { replaced } = bamfEvidence as Evidence;
      const ended = replaced?.["bamf-agent"] ?? [];
      expect(ended.map(({ instance }) => instance).sort()).toEqual(before);
      for (const one of ended) expect(one).toMatchObject({ atStop: 0, cut: 0, kept: 0, lost: 0 });
      const found = ended.reduce((sum, one) => sum + (one.found ?? 0), 0);
      expect(found).toBeGreaterThanOrEqual(HELD);
    },
  );

  /** Kills the wanted `up`, with all that it has started, once the agents are held and before they are declared anew. */
  const killOnceHeld = async () => {
    const declared = (await deployment())?.template;
    const run = await stage.project.startUp("prod");
    let over: string | undefined;
    void run.finished.then(({ all }) => (over = `the run has ended: ${all}`));
    const hopeless = () => Promise.resolve(over);
    await until("the agents are held", isHeld, { seconds: TO_AGENTS, hopeless });
    await run.killTree();
    await run.finished;
    await stage.project.cancel("prod");
    expect(await isHeld()).toBe(true);
    expect((await deployment())?.template).toEqual(declared);
  };

  test("is killed once its agents are held and before they are declared anew, and the same up finishes: nothing stays held, and no tunnel is cut (T-25)", async () => {
    const passing = await usersWith({ hold: 0, openEveryMs: 500 });
    await want(NEW);
    await killOnceHeld();
    const finished = await stage.project.up("prod");
    await endsWell(finished, NEW);
    await noneIsLost(passing, finished);
  });

  test.each([
    ["its version is", () => want(OLD), () => want(serving)],
    [
      "its values are",
      () => setAnnotations(stage, { drawn: "once" }),
      () => setAnnotations(stage, { drawn: null }),
    ],
  ])(
    "is killed there, and %s as before again: nothing stays held, no agent is replaced, and no tunnel is cut (T-25)",
    async (_, change, revert) => {
      const before = await agents();
      const users = await usersWith({ hold: HELD, openEveryMs: 500 });
      await change();
      await killOnceHeld();
      await revert();
      await endsWell(await stage.project.up("prod"), serving);
      expect(await agents()).toEqual(before);
      await pause(6000);
      expect((await noneIsLost(users)).held.kept).toBe(HELD);
    },
  );
});

const setAnnotations = (
  { project }: BamfStage,
  podAnnotations: Readonly<Record<string, string | null>>,
): Promise<void> =>
  project.configure("prod", { "gateways:bamf": { values: { agent: { podAnnotations } } } });
