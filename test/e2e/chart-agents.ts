import type { KubernetesObject, V1Deployment } from "@kubernetes/client-node";
import { expect, onTestFinished } from "vitest";
import { chartsResource } from "../lab/bamf/around";
import { lossesOf, type Report } from "../lab/bamf/report";
import type { Users, UsersOptions } from "../lab/bamf/users";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { makeBamfStage, type BamfStage } from "./bamf-stage";

const AGENTS = 2;
const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");

/** Longest that a run takes to come to its agents, on a machine that is busy with something else. Unit: seconds. */
export const TO_AGENTS = 900;

/** A BAMF whose chart has agents, for upgrades with tunnels open through them. */
export interface ChartAgents {
  readonly stage: BamfStage;
  /** The release that serves. */
  readonly serving: () => string;
  /** Has the stack file want another release, with the consents that it needs. */
  readonly want: (tag: string) => Promise<void>;
  /** Images that run for a component. */
  readonly imagesOf: (component: string) => Promise<ReadonlySet<string>>;
  /** Names of the agents' pods that are not leaving, in order. */
  readonly agents: () => Promise<readonly string[]>;
  readonly deployment: () => Promise<V1Deployment["spec"]>;
  /** Whether Kubernetes is kept from stopping an old agent for a new one. */
  readonly isHeld: () => Promise<boolean>;
  /** Expects exit 0, every part of that release, nothing held and nothing left to do. */
  readonly endsWell: (run: PulumiRun, tag: string) => Promise<void>;
  /** Users whose tunnels end with the test, however that ends. */
  readonly usersWith: (options: Pick<UsersOptions, "hold" | "openEveryMs">) => Promise<Users>;
  /** Expects no tunnel of theirs cut, frozen or failed. */
  readonly noneIsLost: (users: Users, run?: PulumiRun) => Promise<Report>;
}

/** The only image of a component of that release. */
export const image = (component: string, tag: string): ReadonlySet<string> =>
  new Set([`ghcr.io/mattrobinsonsre/bamf-${component}:${tag}`]);

/** Installs it. The caller clears the stage. */
export async function makeChartAgents(name: string, tag: string): Promise<ChartAgents> {
  // Whoever has a tunnel open is waited for: bridges carry theirs at once, and nothing carries those of an agent.
  const sessions = { limitMinutes: 0, policy: "wait" };
  const stage = await makeBamfStage(name, tag, { bridges: 2, agents: AGENTS, bamf: { sessions } });
  const [installed] = await Promise.all([stage.project.up("prod"), stage.letJoin("prod")]);
  expect(installed.exitCode, installed.all).toBe(0);
  return chartAgentsOf(stage, tag);
}

function chartAgentsOf(stage: BamfStage, installed: string): ChartAgents {
  let serving = installed;
  const podsOf = async (component: string) => {
    const pods = await stage.eyes("prod").pods({ "app.kubernetes.io/component": component });
    return pods.filter(({ leaving }) => !leaving);
  };
  const imagesOf = async (component: string) =>
    new Set((await podsOf(component)).flatMap(({ images }) => images));
  const deployment = async () =>
    (await stage.eyes("prod").object<V1Deployment & KubernetesObject>("Deployment", "bamf-agent"))
      ?.spec;
  const isHeld = async () => ((await deployment())?.minReadySeconds ?? 0) > 0;
  return {
    stage,
    serving: () => serving,
    want: async (tag) => {
      await stage.agree("prod", tag);
      await stage.want("prod", tag);
    },
    imagesOf,
    agents: async () => (await podsOf("agent")).map(({ name }) => name).sort(),
    deployment,
    isHeld,
    endsWell: async (run, tag) => {
      expect(run.exitCode, run.all).toBe(0);
      expect(await isHeld()).toBe(false);
      for (const component of ["api", "bridge", "proxy", "web", "agent"])
        expect(await imagesOf(component)).toEqual(image(component, tag));
      expect(await podsOf("agent")).toHaveLength(AGENTS);
      expect(changes(await stage.project.preview("prod"))).toEqual([]);
      serving = tag;
    },
    usersWith: async (options) => {
      const flags = ["-resource", chartsResource];
      const users = await stage.users("prod", { ...options, flags });
      let here = true;
      const stop = async () => {
        if (here) await users.stop();
        here = false;
      };
      onTestFinished(stop);
      return { ...users, stop };
    },
    noneIsLost: async (users, run) => {
      const report = await users.report();
      const isLost = (state: string) => ["cut", "frozen", "failed"].includes(state);
      const lost = report.tunnels.filter(({ state }) => isLost(state));
      const none = { cut: 0, frozen: 0, failedOpens: 0 };
      // A pod that was restarted has lost its tunnels, whatever the program does.
      const pods = (await stage.eyes("prod").pods()).map(({ name, restarts }) => [name, restarts]);
      const about = `${JSON.stringify([lost, pods])}\n${run?.all ?? ""}`;
      expect(lossesOf(report), about).toMatchObject(none);
      return report;
    },
  };
}
