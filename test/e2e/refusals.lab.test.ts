import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { licenseToken } from "../lab/license";
import { makeStage, type Stage } from "./stage";

const HOUR_MS = 3_600_000;

describe("an upgrade that a gate refuses", () => {
  let stage: Stage;
  let untouched: Readonly<Record<string, string>>;
  const everything = () => stage.eyes("prod").versions();
  const license = (hours: number) =>
    stage.project.pulumi([
      "config",
      "set",
      "--secret",
      "--path",
      "gateways:smoltbotSecrets.MNEMOM_LICENSE_JWT",
      licenseToken(new Date(Date.now() + hours * HOUR_MS)),
      "--stack",
      "prod",
    ]);

  beforeAll(async () => {
    stage = await makeStage("refused", ["staging", "prod"]);
    for (const stack of ["staging", "prod"] as const) {
      const installed = await stage.project.up(stack);
      expect(installed.exitCode, installed.all).toBe(0);
    }
    untouched = await everything();
    await stage.project.setVersion("prod", "1.1.0");
  });
  afterAll(() => stage.clear());

  test("for want of staging's evidence leaves every object untouched, in preview and in up (S-08)", async () => {
    for (const run of [await stage.project.preview("prod"), await stage.project.up("prod")]) {
      expect(run.exitCode).not.toBe(0);
      expect(run.all).toMatch(
        /BLOCK staging-evidence at stack staging: found evidence of 1\.0\.0 only/,
      );
      expect(run.all).toMatch(/nothing was touched/);
    }
    expect(await everything()).toEqual(untouched);
  });

  test("for an expired license names it beside the missing evidence and leaves every object untouched (S-07, T-09)", async () => {
    await license(-1);
    const run = await stage.project.up("prod");
    await license(24 * 365);
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toMatch(/BLOCK license-horizon/);
    expect(run.all).toMatch(/BLOCK staging-evidence/);
    expect(await everything()).toEqual(untouched);
  });

  test("for a stack file with faults names all of them and looks at nothing", async () => {
    await stage.project.configure("prod", {
      "gateways:smoltbot": { versoin: "1.1.0", availability: { replicas: "two" } },
    });
    const run = await stage.project.up("prod");
    await stage.project.configure("prod", {
      "gateways:smoltbot": { versoin: null, availability: { replicas: 2 } },
    });
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toMatch(/Pulumi\.prod\.yaml has 2 faults; nothing was looked at or touched/);
    expect(run.all).toMatch(/gateways:smoltbot\.versoin: .*write version/);
    expect(run.all).toMatch(/gateways:smoltbot\.availability\.replicas: found "two"/);
    expect(await everything()).toEqual(untouched);
  });

  test("for a backup of another database than the pods' one names both, and leaves every object untouched (S-02)", async () => {
    const key = "gateways:smoltbotDatabaseUrl";
    const get = await stage.project.pulumi(["config", "get", key, "--stack", "prod"]);
    const before = get.stdout.trim();
    const reach = (url: string) =>
      stage.project.pulumi(["config", "set", "--secret", key, url, "--stack", "prod"]);
    const neighbour = new URL(before);
    neighbour.pathname = "/postgres";
    await reach(neighbour.href);
    const run = await stage.project.up("prod");
    await reach(before);
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toMatch(/BLOCK one-database at gateways:smoltbotDatabaseUrl/);
    expect(await everything()).toEqual(untouched);
  });

  test("for a single replica, a database out of reach and a major at once names all three (S-02, S-47, S-52)", async () => {
    await stage.project.setVersion("prod", "2.0.0");
    await stage.project.configure("prod", {
      "gateways:smoltbot": { availability: { replicas: 1 } },
    });
    const key = "gateways:smoltbotDatabaseUrl";
    const before = (
      await stage.project.pulumi(["config", "get", key, "--stack", "prod"])
    ).stdout.trim();
    const reach = (url: string) =>
      stage.project.pulumi(["config", "set", "--secret", key, url, "--stack", "prod"]);
    await reach("postgresql://nobody:nothing@127.0.0.1:1/none");
    const preview = await stage.project.preview("prod");
    const up = await stage.project.up("prod");
    await reach(before);
    await stage.project.setVersion("prod", "1.1.0");
    await stage.project.configure("prod", {
      "gateways:smoltbot": { availability: { replicas: 2 } },
    });
    expect(preview.all).toMatch(/UNKNOWN database/);
    for (const run of [preview, up]) {
      expect(run.exitCode).not.toBe(0);
      expect(run.all).toMatch(/BLOCK version-policy/);
      expect(run.all).toMatch(/BLOCK replicas/);
    }
    expect(await everything()).toEqual(untouched);
  });
});
