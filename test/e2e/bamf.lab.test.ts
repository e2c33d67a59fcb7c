import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CLIS } from "../../components/bamf/hosts/assets";
import { thisMachine } from "../../components/hosts/machine/look";
import { withoutLoss } from "../lab/bamf/report";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { run } from "../lab/run";
import { until } from "../lab/until";
import { makeBamfStage, type BamfStage } from "./bamf-stage";

const OLD = "v0.10.0";
const NEW = "v0.11.0";
/** Somebody's idea of a release. */
const BY_HAND = "v0.9.1";
const imageOf = (part: string, tag: string) => `ghcr.io/mattrobinsonsre/bamf-${part}:${tag}`;
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
    const went = await stage.project.up("prod");
    await pause(FROZEN_MS);
    const report = await users.report();
    await users.stop();
    expect(went.exitCode, went.all).toBe(0);
    return { went, report };
  };
  const podsOf = async (component: string) => {
    const pods = await stage.eyes("prod").pods({ "app.kubernetes.io/component": component });
    return pods.filter(({ leaving }) => !leaving);
  };
  const imagesOf = async (component: string) =>
    new Set((await podsOf(component)).flatMap(({ images }) => images));

  const kubectl = (...words: readonly string[]) =>
    run("kubectl", ["--namespace", stage.namespace("prod"), ...words], { env: stage.lab.env });
  /** What a stack file says of a CLI of that release, whose file is there. */
  const publishCli = async (version: string) => {
    const folder = join(stage.project.directory, "assets", version);
    const content = `#!/bin/sh\necho '{"version":"${version}"}'\n`;
    const asset = CLIS[thisMachine()] ?? "";
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, asset), content);
    const sum = createHash("sha256").update(content).digest("hex");
    await writeFile(join(folder, "checksums.txt"), `${sum}  ${asset}\n`);
    const assets = { folder: join(stage.project.directory, "assets/{version}") };
    const path = join(stage.project.directory, "bin/bamf");
    return { version, machine: { path, assets }, api: { gateway: "bamf" } };
  };

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
    const refused = await stage.project.preview("prod");
    expect(refused.exitCode).not.toBe(0);
    expect(refused.all).toMatch(/BLOCK version-policy/);
  });

  test("of which somebody sets images by hand has a third release refused with parts, releases, moment and way out, and so has a CLI that would be newer than the API that runs; put back, nothing is to change (B-30, B-32)", async () => {
    const parts = ["api", "web"];
    const setImages = async (tag: string) => {
      for (const part of parts)
        await kubectl("set", "image", `deployment/bamf-${part}`, `${part}=${imageOf(part, tag)}`);
    };
    const areThere = async () => {
      const found = await Promise.all(parts.map(imagesOf));
      return found.map((images, index) => images.has(imageOf(parts[index] ?? "", BY_HAND)));
    };
    const bridges = (await podsOf("bridge")).map(({ uid }) => uid);

    await setImages(BY_HAND);
    const come = async () => (await areThere()).every((isThere) => isThere);
    await until("pods come of the images that were set", come, { seconds: 300 });
    await stage.want("prod", OLD);
    await stage.project.configure("prod", { "gateways:bamfCli": await publishCli(OLD.slice(1)) });
    const beside = await stage.project.preview("prod");
    await stage.project.configure("prod", { "gateways:bamfCli": null });
    expect(beside.exitCode).not.toBe(0);
    expect(beside.all).toMatch(
      /BLOCK behind-api at .*: found CLI 0\.10\.0 beside API 0\.9\.1, which runs now; .*bring gateway bamf of this stack to 0\.10\.0 first/,
    );
    expect(beside.all).toMatch(
      /WARN version-skew at .*Deployment\/bamf-web: the image was set by hand; set it back/,
    );

    await stage.agree("prod", NEW);
    await stage.want("prod", NEW);
    const third = await stage.project.preview("prod");
    expect(third.exitCode).not.toBe(0);
    expect(third.all).toMatch(
      /BLOCK version-skew at .*: found 0\.9\.1, 0\.10\.0, 0\.11\.0 side by side in API, bridge, proxy and web, in the way to 0\.11\.0, with API at .*, bridge at 0\.10\.0, .*web at 0\.9\.1.*Deployment\/bamf-web: the image was set by hand; set it back/,
    );

    await setImages(OLD);
    const gone = async () => (await areThere()).every((isThere) => !isThere);
    await until("pods of the images that were set leave", gone, { seconds: 300 });
    await stage.want("prod", OLD);
    const clean = await stage.project.preview("prod");
    expect(clean.exitCode, clean.all).toBe(0);
    expect(clean.all).not.toMatch(/(WARN|BLOCK|UNKNOWN) (version-skew|drift)/);
    expect(changes(clean)).toEqual([]);
    expect((await podsOf("bridge")).map(({ uid }) => uid)).toEqual(bridges);
  });

  test("is upgraded with tunnels open, the highest bridge first: none is cut, and none of the new ones fails (B-03, B-05 to B-07, B-09, B-10, B-13, B-16, B-18, T-39, T-40)", async () => {
    await stage.agree("prod", NEW);
    const { report } = await upTo(NEW);
    withoutLoss(report);
    expect(report.held).toMatchObject({ opened: TUNNELS.hold, kept: TUNNELS.hold });
    expect(Object.keys(report.bridges)).toHaveLength(2);
    for (const component of ["api", "bridge", "proxy", "web"])
      expect(await imagesOf(component)).toEqual(new Set([imageOf(component, NEW)]));
    const bridges = await podsOf("bridge");
    const started = Object.fromEntries(bridges.map((pod) => [pod.name, pod.startedAt]));
    expect(Date.parse(started["bamf-bridge-1"] ?? "")).toBeLessThan(
      Date.parse(started["bamf-bridge-0"] ?? ""),
    );
    expect(changes(await stage.project.preview("prod"))).toEqual([]);
  });

  test("goes back by reverting the line, with programs only and with tunnels open, and its history has every release that it ran (B-24, B-25, B-27)", async () => {
    await stage.agree("prod", OLD);
    const { went, report } = await upTo(OLD);
    expect(went.all).toMatch(/programs only/);
    withoutLoss(report);
    expect(await imagesOf("bridge")).toEqual(new Set([imageOf("bridge", OLD)]));
    const outputs = await stage.project.outputs("prod");
    const history = outputs["bamfHistory"] as readonly { readonly version: string }[];
    expect(history.map(({ version }) => version)).toEqual(
      [OLD, NEW, OLD].map((tag) => tag.slice(1)),
    );
    expect(changes(await stage.project.preview("prod"))).toEqual([]);
  });
});
