import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Users } from "../lab/bamf/users";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { watchPodEnds } from "../lab/pod-ends";
import { makeBamfStage, type BamfStage } from "./bamf-stage";
import { writeLabCatalogue } from "./lab-catalogue";

const GOOD = "v0.11.0";
const MIGRATION_FAILS = "v0.11.1";
const NEVER_READY = "v0.11.2";
const NEVER_DRAINS = "v0.11.3";
const API_FAILS = "v0.11.4";
const REJECTS_AGENTS = "v0.11.5";

const HEAD = "SELECT version_num FROM alembic_version;";
const ZONE =
  "SELECT count(*) FROM information_schema.columns WHERE table_name = 'agents' AND column_name = 'zone';";
const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");
/** Tunnels that are open from the first test to the last. */
const HELD = 6;
/** How long a bridge here may take to end, with its pause before the signal. Unit: seconds. */
const [PAUSE, GRACE] = [2, 8];

/**
 * Each test on what the one before it left, and all of them under the same open tunnels. After the first one the wanted release goes from one that is broken to the
 * next that is broken in another way, as somebody does who hopes for the next release, and goes back at the end. What it does not prove: that the vendor's own programs
 * fail in these ways.
 */
describe("a BAMF of two bridges with tunnels open on them", () => {
  let stage: BamfStage;
  let users: Users;
  const configure = (bamf: Readonly<Record<string, unknown>>) =>
    stage.project.configure("prod", { "gateways:bamf": bamf });
  const up = async (tag: string) => {
    await stage.want("prod", tag);
    return stage.project.up("prod");
  };
  /** Has the stack file consent to a release that comes while what belongs to the API is of two others. */
  const insist = (tag: string) =>
    configure({ consents: { skew: { release: tag.slice(1), reason: "it may be better" } } });
  const podsOf = async (component: string) => {
    const pods = await stage.eyes("prod").pods({ "app.kubernetes.io/component": component });
    return pods
      .filter(({ leaving }) => !leaving)
      .toSorted((one, other) => one.name.localeCompare(other.name));
  };
  const bridges = async () =>
    (await podsOf("bridge")).map(({ name, uid, ready }) => ({ name, uid, ready }));
  const imagesOf = async (component: string) =>
    new Set((await podsOf(component)).flatMap(({ images }) => images));
  const image = (component: string, tag: string) =>
    new Set([`ghcr.io/mattrobinsonsre/bamf-${component}:${tag}`]);
  const isVerified = async (tag: string) => {
    expect(await stage.project.outputs("prod")).toMatchObject({
      bamfEvidence: { version: tag.slice(1) },
    });
  };
  const noneIsLost = async () => {
    const { held, tunnels } = await users.report();
    const lost = tunnels.filter(({ state }) => state !== "open");
    expect(held, JSON.stringify(lost)).toMatchObject({ kept: HELD, cut: 0, frozen: 0 });
  };

  beforeAll(async () => {
    const sessions = { limitMinutes: 0 };
    stage = await makeBamfStage("bamf-failing", NEVER_DRAINS, { bridges: 2, bamf: { sessions } });
    const catalogue = await writeLabCatalogue(stage.project.directory);
    const bridge = { terminationGracePeriodSeconds: GRACE, preStopSleepSeconds: PAUSE };
    await configure({ catalogue, values: { edge: { bridge } } });
    const installed = await stage.project.up("prod");
    expect(installed.exitCode, installed.all).toBe(0);
    await stage.joinForeignAgent("prod", GOOD);
    users = await stage.users("prod", { hold: HELD });
  });
  afterAll(() => stage.clear());

  test("and bridges that never drain keeps them on the way back, since they count tunnels that have ended, which no consent names (T-23)", async () => {
    const brief = await stage.users("prod", { hold: 4 });
    await brief.stop();
    const before = await bridges();
    const stopped = await up(GOOD);
    expect(stopped.exitCode).not.toBe(0);
    expect(stopped.all).toMatch(/Rollback from 0\.11\.3 to 0\.11\.0 .*programs only/);
    expect(stopped.all).toMatch(
      /bamf-bridge-1 keeps serving, since \d+ of \d+ tunnels are still open and cannot be carried/,
    );
    expect(await bridges()).toEqual(before);
    expect(await imagesOf("api")).toEqual(image("api", GOOD));
    await noneIsLost();
  });

  test("and such bridges, with a consent that names their number, goes back: each leaves at the end of its grace period, which nobody shortens, and no open tunnel is cut (B-14, B-17)", async () => {
    const cut = { release: GOOD.slice(1), sessions: 8, reason: "they have ended" };
    await configure({ sessions: { policy: "cut" }, consents: { cut } });
    const ends = watchPodEnds(stage.lab, stage.namespace("prod"));
    const healed = await stage.project.up("prod");
    const ended = await ends.stop();
    await configure({ sessions: { policy: null }, consents: { cut: null } });
    expect(healed.exitCode, healed.all).toBe(0);
    for (const { name, declared, given } of ended) expect([name, given]).toEqual([name, declared]);
    const left = ended.filter(({ name }) => name.startsWith("bamf-bridge-"));
    expect(left.map(({ name }) => name).sort()).toEqual(["bamf-bridge-0", "bamf-bridge-1"]);
    for (const { declared, seconds } of left) {
      expect(declared).toBe(PAUSE + GRACE);
      expect(seconds).toBeGreaterThan(PAUSE + GRACE - 2);
    }
    expect(await imagesOf("bridge")).toEqual(image("bridge", GOOD));
    await isVerified(GOOD);
    await noneIsLost();
  });

  test("whose wanted release fails half-way through its migration keeps its pods and its schema, and takes nothing back by itself (B-33, T-30)", async () => {
    const workloads = () => stage.eyes("prod").versions(["Deployment", "StatefulSet"]);
    const before = await workloads();
    const failed = await up(MIGRATION_FAILS);
    expect(failed.exitCode).not.toBe(0);
    expect(failed.all).toMatch(/the migration failed: BackoffLimitExceeded.*region/);
    expect(await stage.sql("prod", HEAD)).toBe("c4f5a6b7");
    expect(await stage.sql("prod", ZONE)).toBe("0");
    expect(await workloads()).toEqual(before);
    const jobs = Object.keys(await stage.eyes("prod").versions(["Job"]));
    expect(jobs.filter((name) => name.includes("downgrade"))).toEqual([]);
    await isVerified(GOOD);
  });

  test("whose wanted release answers users with errors has its new API refused before a bridge is touched, and the way back is said (B-09)", async () => {
    const before = await bridges();
    const failed = await up(API_FAILS);
    expect(failed.exitCode).not.toBe(0);
    expect(failed.all).toMatch(/0\.11\.4 is not verified: .*\/api\/v1\/agents 500/);
    expect(failed.all).toMatch(/change gateways:bamf\.version in Pulumi\.prod\.yaml back/);
    expect(await imagesOf("api")).toEqual(image("api", API_FAILS));
    expect(await bridges()).toEqual(before);
    await isVerified(GOOD);
    await noneIsLost();
  });

  test("that a bad release has left at two takes no third one without a consent, and nothing is touched (B-32)", async () => {
    await stage.want("prod", REJECTS_AGENTS);
    const before = await stage.eyes("prod").versions();
    const refused = await stage.project.up("prod");
    expect(refused.exitCode).not.toBe(0);
    expect(refused.all).toMatch(
      /BLOCK version-skew at .*: found 0\.11\.0, 0\.11\.4, 0\.11\.5 side by side in API, bridge, proxy and web, in the way to 0\.11\.5, with API at .*, bridge at 0\.11\.0, .*bring all of them to 0\.11\.0 or 0\.11\.4/,
    );
    expect(await stage.eyes("prod").versions()).toEqual(before);
  });

  test("whose wanted release rejects agents stops no bridge, since agents that do not hear the API cannot follow (B-12, T-39)", async () => {
    const before = await bridges();
    await insist(REJECTS_AGENTS);
    const failed = await up(REJECTS_AGENTS);
    expect(failed.exitCode).not.toBe(0);
    expect(failed.all).toMatch(
      /bamf-bridge-1 keeps serving, since .* cannot be carried .*; the API has not heard agents/,
    );
    expect(await bridges()).toEqual(before);
    await isVerified(GOOD);
    await noneIsLost();
  });

  test("whose wanted release has bridges that never get ready gives up one of them, and the other one serves all (B-06, T-24)", async () => {
    const [other] = await bridges();
    await insist(NEVER_READY);
    const failed = await up(NEVER_READY);
    expect(failed.exitCode).not.toBe(0);
    expect(failed.all).toMatch(/bamf-bridge does not come up: .*bamf-bridge-1 .*readiness probe/);
    expect(await bridges()).toMatchObject([other, { name: "bamf-bridge-1", ready: false }]);
    await isVerified(GOOD);
    await noneIsLost();
  });

  test("and a bridge stuck on the bad release goes back by reverting the line: that bridge is replaced, the other one is not touched, and no tunnel is cut (B-25, T-24)", async () => {
    const [other] = await bridges();
    const healed = await up(GOOD);
    expect(healed.exitCode, healed.all).toBe(0);
    expect(healed.all).toMatch(/pod bamf-bridge-1 is not ready and keeps its successor .*deleting/);
    expect(await bridges()).toMatchObject([other, { name: "bamf-bridge-1", ready: true }]);
    for (const component of ["api", "bridge", "proxy", "web"])
      expect(await imagesOf(component)).toEqual(image(component, GOOD));
    await isVerified(GOOD);
    await noneIsLost();
    const fresh = await stage.users("prod", { hold: 4 });
    const { bridges: opened } = await fresh.report();
    // The other one has more of them, so that all of these have gone to the new one.
    expect(Object.keys(opened).filter((host) => !host.startsWith("1."))).toEqual([]);
    await fresh.stop();
    expect(changes(await stage.project.preview("prod"))).toEqual([]);
  });
});
