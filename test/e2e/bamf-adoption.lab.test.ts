import { setTimeout as pause } from "node:timers/promises";
import type { KubernetesObject } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bamfCharts } from "../lab/bamf/chart-folder";
import { bamfByHelm } from "../lab/bamf/helm";
import { withoutLoss } from "../lab/bamf/report";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { readSettings } from "../lab/settings";
import { makeBamfStage, type BamfStage } from "./bamf-stage";

const OLD = "v0.10.0";
const NEW = "v0.11.0";
const BRIDGES = 2;
/** Enough that each bridge has some. */
const TUNNELS = { hold: 24, openEveryMs: 500 } as const;
/** A tunnel that has been silent for this long is called frozen. */
const FROZEN_MS = 6_000;
/** What the chart has drawn at random, by the key of the stack file that stands for it. */
const DRAWN = {
  BAMF_PROXY_INTERNAL_TOKEN: "bamf-proxy-token",
  BAMF_BRIDGE_BOOTSTRAP_TOKEN: "bamf-bridge-bootstrap",
} as const;

type Secret = KubernetesObject & { readonly data?: Readonly<Record<string, string>> };

const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");

/** The chart by plain `helm install`, with the tokens that it draws; each test on what the one before it left. */
describe("a BAMF that Helm has installed", () => {
  let stage: BamfStage;
  let before: Awaited<ReturnType<typeof pods>>;
  let tokens: Readonly<Record<string, string>>;

  const dataOf = async (name: string) =>
    (await stage.eyes("prod").object<Secret>("Secret", name))?.data ?? {};
  /** The tokens as they run, in plain. */
  const drawn = async () => {
    const pairs = Object.entries(DRAWN).map(async ([key, secret]) => {
      const { token = "" } = await dataOf(secret);
      return [key, Buffer.from(token, "base64").toString("utf8")] as const;
    });
    return Object.fromEntries(await Promise.all(pairs));
  };
  /** What a restart would change. */
  const pods = async () => {
    const seen = await stage.eyes("prod").pods();
    return seen
      .map(({ name, uid, startedAt, restarts }) => `${name} ${uid} ${startedAt} ${restarts}`)
      .sort();
  };
  const configure = (bamf: Readonly<Record<string, unknown>>) =>
    stage.project.configure("prod", { "gateways:bamf": bamf });

  beforeAll(async () => {
    stage = await makeBamfStage("bamf-adopt", OLD, { bridges: BRIDGES });
    const settings = readSettings(process.env);
    const charts = await bamfCharts(settings);
    const helm = await bamfByHelm(stage.lab, settings, stage, "prod", charts, { bridges: BRIDGES });
    await helm.install(OLD);
    await stage.joinForeignAgent("prod", OLD);
    await stage.project.setSecrets("prod", helm.databaseSecrets);
    tokens = await drawn();
    before = await pods();
  });
  afterAll(() => stage.clear());

  test("is refused without adopt: true, and with other tokens than the chart has drawn, with nothing touched (T-22)", async () => {
    const untouched = await stage.eyes("prod").versions();
    const plain = await stage.project.preview("prod");
    expect(plain.exitCode).not.toBe(0);
    expect(plain.all).toMatch(/BLOCK foreign-objects .* of the Helm release bamf/);
    await configure({ adopt: true });
    const run = await stage.project.up("prod");
    expect(run.exitCode).not.toBe(0);
    for (const [key, secret] of Object.entries(DRAWN))
      expect(run.all).toMatch(
        new RegExp(`BLOCK adopted-secret at gateways:bamfSecrets\\.${key}: .* Secret ${secret}`),
      );
    for (const token of Object.values(tokens)) {
      expect(token).not.toBe("");
      expect(run.all).not.toContain(token);
    }
    expect(await stage.eyes("prod").versions()).toEqual(untouched);
  });

  test("is taken over with its tokens and with tunnels open: no pod restarts, no tunnel is cut, and nothing is left to change (B-01, T-22)", async () => {
    const secrets = Object.entries(tokens).map(
      ([key, value]) => [`gateways:bamfSecrets.${key}`, value] as const,
    );
    await stage.project.setSecrets("prod", Object.fromEntries(secrets));
    const users = await stage.users("prod", TUNNELS);
    const run = await stage.project.up("prod");
    await pause(FROZEN_MS);
    const report = await users.report();
    await users.stop();
    expect(run.exitCode, run.all).toBe(0);
    expect(await pods()).toEqual(before);
    expect(withoutLoss(report).held).toMatchObject({ opened: TUNNELS.hold, kept: TUNNELS.hold });
    expect(report.passing.opened).toBeGreaterThan(0);
    expect(run.all).toMatch(/Not verified by this stack yet: 0\.10\.0 runs/);
    expect(run.all).toMatch(/0\.10\.0 runs and is taken over with its schema as it is/);

    expect(await drawn()).toEqual(tokens);
    const own = await dataOf("bamf");
    for (const [key, value] of Object.entries(tokens))
      expect(Buffer.from(own[key] ?? "", "base64").toString("utf8")).toBe(value);
    expect(await stage.project.outputs("prod")).toMatchObject({
      bamfEvidence: { version: "0.10.0", probes: { failed: 0 } },
    });
    const preview = await stage.project.preview("prod");
    expect(changes(preview), preview.all).toEqual([]);
    expect(preview.all).toMatch(
      /WARN helm-records .*delete secret sh\.helm\.release\.v1\.bamf\.v1/,
    );
  });

  test("is ready for its first upgrade, which gives its pods their edits: no gate stops it", async () => {
    await configure({ adopt: null });
    await stage.agree("prod", NEW);
    await stage.want("prod", NEW);
    const preview = await stage.project.preview("prod");
    expect(preview.exitCode, preview.all).toBe(0);
    expect(await pods()).toEqual(before);
  });
});
