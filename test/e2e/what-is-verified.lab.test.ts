import { setTimeout as pause } from "node:timers/promises";
import type { KubernetesObject } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Overrides } from "../lab/engine/stack-file";
import { makeInstalledStage, type Stage } from "./stage";

const RELEASE = "1.2.0";

/** A verification begins within this of the rollout that it follows; later ones count logs from their own beginning. In milliseconds. */
const AFTER_THE_ROLLOUT = 35_000;

type Service = KubernetesObject & { readonly spec?: { readonly clusterIP?: string } };

/** One gateway at 1.2.0, verified again and again with other settings; its pods stay. */
describe("a release that runs, and whose verification changes", () => {
  let stage: Stage;
  let outside: string;
  const verify = async (settings: Overrides) => {
    await stage.project.configure("prod", { "gateways:smoltbot": { verify: settings } });
    return stage.project.up("prod");
  };

  beforeAll(async () => {
    stage = await makeInstalledStage(RELEASE);
    const service = await stage.eyes("prod").object<Service>("Service", "smoltbot-mnemom-gateway");
    outside = `http://${service?.spec?.clusterIP ?? ""}:8787`;
    await pause(AFTER_THE_ROLLOUT);
  });
  afterAll(() => stage.clear());

  test("is not held responsible for what its pods logged before the watch (S-18, S-51)", async () => {
    const load = await stage.load("prod");
    await stage.sql("prod", "ALTER TABLE sessions RENAME COLUMN labels TO labels_away");
    const logs = async () => {
      const pods = await stage.eyes("prod").pods({ "app.kubernetes.io/component": "gateway" });
      return (await Promise.all(pods.map(({ name }) => stage.eyes("prod").log(name)))).join("\n");
    };
    await vi.waitFor(async () => {
      expect(await logs()).toContain('"level":"error"');
    }, 60_000);
    await stage.sql("prod", "ALTER TABLE sessions RENAME COLUMN labels_away TO labels");
    await load.stop();
    const done = await verify({ seconds: 4 });
    expect(done.exitCode, done.all).toBe(0);
  });

  test("is asked from outside where the stack file says so, and is verified where it answers there (S-20)", async () => {
    const done = await verify({ seconds: 5, url: `${outside}/anthropic/v1/models` });
    expect(done.exitCode, done.all).toBe(0);
    expect(await stage.project.outputs("prod")).toMatchObject({
      // 20 through the Service and one a second from outside.
      smoltbotEvidence: { version: RELEASE, probes: { sent: 25, failed: 0 } },
    });
  });

  test("is not verified where something else answers at that place, however well the Service does (S-20)", async () => {
    const failed = await verify({ url: `${outside}/nowhere` });
    expect(failed.exitCode).not.toBe(0);
    expect(failed.all).toMatch(/\d of \d requests from outside failed: http:\S+\/nowhere 404/);
    const healed = await verify({ url: null });
    expect(healed.exitCode, healed.all).toBe(0);
  });

  test("is not verified where the request that is to go through it has no route (S-20)", async () => {
    const failed = await verify({ requests: { count: 20, path: "/nowhere" } });
    expect(failed.exitCode).not.toBe(0);
    expect(failed.all).toMatch(/requests through the gateway failed: \/nowhere 404/);
    const healed = await verify({ requests: { count: 20, path: null } });
    expect(healed.exitCode, healed.all).toBe(0);
  });

  test("leaves in its evidence what another stack compares: images, chart, names of settings (S-08)", async () => {
    const { smoltbotEvidence } = await stage.project.outputs("prod");
    expect(smoltbotEvidence).toMatchObject({
      chart: { name: "mnemom-gateway" },
      settings: expect.arrayContaining(["smoltbotSecrets.SUPABASE_URL"]) as string[],
    });
    expect(Object.keys((smoltbotEvidence as { images: object }).images).sort()).toEqual([
      `ghcr.io/mnemom/gateway:${RELEASE}`,
      `ghcr.io/mnemom/migrate:v${RELEASE}`,
    ]);
  });

  test("shows no change afterwards", async () => {
    const { steps } = await stage.project.preview("prod");
    expect(steps.filter(({ op }) => op !== "same")).toEqual([]);
  });

  test("is refused a secret among the chart's values, and the secret is shown nowhere (law 6)", async () => {
    const path = "gateways:smoltbot.values.config.UPSTREAM_TOKEN";
    await stage.project.setSecret("prod", path, "token-of-the-upstream");
    const { exitCode, all } = await stage.project.preview("prod", { args: ["--diff"] });
    expect(exitCode).not.toBe(0);
    expect(all).toContain("gateways:smoltbot: found an encrypted value in it");
    expect(all).toContain("pulumi config set --secret --path 'gateways:smoltbotSecrets.");
    expect(all).not.toContain("token-of-the-upstream");
  });
});
