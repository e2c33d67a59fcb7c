import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withoutLoss } from "../lab/bamf/report";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { makeBamfStage, type BamfStage } from "./bamf-stage";

const OLD = "v0.10.0";
const NEW = "v0.11.0";
const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");
/** Enough that each bridge has some. */
const TUNNELS = { hold: 24, openEveryMs: 500 } as const;
/** A tunnel that has been silent for this long is called frozen. */
const FROZEN_MS = 6_000;

/** Each test on what the one before it left. */
describe("a BAMF with two bridges", () => {
  let stage: BamfStage;
  /** An `up` to a release while users have tunnels open. */
  const upTo = async (tag: string) => {
    await stage.want("prod", tag);
    const users = await stage.users("prod", TUNNELS);
    const run = await stage.project.up("prod");
    await pause(FROZEN_MS);
    const report = await users.report();
    await users.stop();
    expect(run.exitCode, run.all).toBe(0);
    return { run, report };
  };
  const podsOf = async (component: string) => {
    const pods = await stage.eyes("prod").pods({ "app.kubernetes.io/component": component });
    return pods.filter(({ leaving }) => !leaving);
  };
  const imagesOf = async (component: string) =>
    new Set((await podsOf(component)).flatMap(({ images }) => images));

  beforeAll(async () => {
    stage = await makeBamfStage("bamf", OLD, { bridges: 2 });
    const installed = await stage.project.up("prod");
    expect(installed.exitCode, installed.all).toBe(0);
    await stage.joinForeignAgent("prod", OLD);
  });
  afterAll(() => stage.clear());

  test("that is installed has no changes, its schema at the release's head, and a tunnel carries bytes", async () => {
    expect(changes(await stage.project.preview("prod"))).toEqual([]);
    expect(await stage.sql("prod", "SELECT version_num FROM alembic_version;")).toBe("c4f5a6b7");
    const users = await stage.users("prod", { hold: 2 });
    expect((await users.report()).held).toMatchObject({ kept: 2, failed: 0 });
    await users.stop();
  });

  test("is not upgraded over a minor of 0.x without a consent", async () => {
    await stage.want("prod", NEW);
    const run = await stage.project.preview("prod");
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toMatch(/BLOCK version-policy/);
  });

  test("is upgraded with tunnels open, the highest bridge first: none is cut, and none of the new ones fails (B-03, B-05 to B-07, B-09, B-10, B-13, B-16, B-18, T-39, T-40)", async () => {
    await stage.agree("prod", NEW);
    const { report } = await upTo(NEW);
    withoutLoss(report);
    expect(report.held).toMatchObject({ opened: TUNNELS.hold, kept: TUNNELS.hold });
    expect(Object.keys(report.bridges)).toHaveLength(2);
    for (const component of ["api", "bridge", "proxy", "web"])
      expect(await imagesOf(component)).toEqual(
        new Set([`ghcr.io/mattrobinsonsre/bamf-${component}:${NEW}`]),
      );
    const bridges = await podsOf("bridge");
    const started = Object.fromEntries(bridges.map((pod) => [pod.name, pod.startedAt]));
    expect(Date.parse(started["bamf-bridge-1"] ?? "")).toBeLessThan(
      Date.parse(started["bamf-bridge-0"] ?? ""),
    );
    expect(changes(await stage.project.preview("prod"))).toEqual([]);
  });

  test("goes back by reverting the line, with programs only and with tunnels open, and its history has every release that it ran (B-24, B-25, B-27)", async () => {
    await stage.agree("prod", OLD);
    const { run, report } = await upTo(OLD);
    expect(run.all).toMatch(/programs only/);
    withoutLoss(report);
    expect(await imagesOf("bridge")).toEqual(
      new Set([`ghcr.io/mattrobinsonsre/bamf-bridge:${OLD}`]),
    );
    const outputs = await stage.project.outputs("prod");
    const history = outputs["bamfHistory"] as readonly { readonly version: string }[];
    expect(history.map(({ version }) => version)).toEqual(
      [OLD, NEW, OLD].map((tag) => tag.slice(1)),
    );
    expect(changes(await stage.project.preview("prod"))).toEqual([]);
  });
});
