import { expect } from "vitest";
import { lossesOf } from "../lab/bamf/report";
import type { Users } from "../lab/bamf/users";
import type { PulumiRun, RunningPulumi } from "../lab/engine/pulumi-cli";
import { makeBamfStage, type BamfStage } from "./bamf-stage";

/** Tunnels that are open from the first kill to the last. */
const HELD = 9;
const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");

/** A BAMF with three bridges, tunnels open on them and new ones opened all the while, for rolls in which something is killed. */
export interface KilledRoll {
  readonly stage: BamfStage;
  /** Has the stack file want another release, with the consents that it needs. */
  readonly want: (tag: string) => Promise<void>;
  /** Starts the wanted `up`, and returns once that bridge is told to stop. */
  readonly upTo: (bridge: number) => Promise<RunningPulumi>;
  /** Expects the release on every bridge, verified, with nothing left to change. */
  readonly bridgesAt: (tag: string) => Promise<void>;
  readonly noneIsCut: () => Promise<void>;
}

/** Installs it. The caller clears the stage. */
export async function makeKilledRoll(
  name: string,
  tag: string,
  values: Readonly<Record<string, unknown>> = {},
): Promise<KilledRoll> {
  const sessions = { limitMinutes: 0 };
  const stage = await makeBamfStage(name, tag, { bridges: 3, bamf: { sessions } });
  await stage.project.configure("prod", { "gateways:bamf": { values } });
  const installed = await stage.project.up("prod");
  expect(installed.exitCode, installed.all).toBe(0);
  await stage.joinForeignAgent("prod", tag);
  const users: Users = await stage.users("prod", { hold: HELD, openEveryMs: 1000 });
  return {
    stage,
    want: async (next) => {
      await stage.agree("prod", next);
      await stage.want("prod", next);
    },
    upTo: async (bridge) => {
      const run = await stage.project.startUp("prod");
      await run.said(new RegExp(`bamf-bridge-${bridge} is replaced`));
      return run;
    },
    bridgesAt: async (wanted) => {
      const pods = await stage.eyes("prod").pods({ "app.kubernetes.io/component": "bridge" });
      expect(pods.map(({ ready, images }) => [ready, ...images])).toEqual(
        Array(3).fill([true, `ghcr.io/mattrobinsonsre/bamf-bridge:${wanted}`]),
      );
      expect(await stage.project.outputs("prod")).toMatchObject({
        bamfEvidence: { version: wanted.slice(1) },
      });
      expect(changes(await stage.project.preview("prod"))).toEqual([]);
    },
    noneIsCut: async () => {
      const report = await users.report();
      const lost = report.tunnels.filter(({ state }) => ["cut", "frozen"].includes(state));
      expect(lossesOf(report), JSON.stringify(lost)).toMatchObject({ cut: 0, frozen: 0 });
      expect(report.held.kept).toBe(HELD);
    },
  };
}
