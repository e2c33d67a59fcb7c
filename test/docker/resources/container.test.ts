import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { containerArgs } from "../../../components/docker/resources/container";
import { goDuration } from "../../../components/docker/resources/go-duration";
import { spec } from "../facts";

const args = (change: Parameters<typeof spec>[0], secrets = {}) =>
  containerArgs({ spec: spec(change), secrets });

describe("what the provider is told of a container", () => {
  test("marks the environment as secret if one value of it is (law 6)", async () => {
    const { envs } = args(
      { environment: { A: "1" }, secretKeys: ["TOKEN"] },
      { TOKEN: "s3cret", OTHER: "none of its own" },
    );
    expect(await pulumi.isSecret(envs as pulumi.Output<string[]>)).toBe(true);
    const seen = await new Promise((resolve) => {
      pulumi.unsecret(envs as pulumi.Output<string[]>).apply(resolve);
    });
    expect(seen).toEqual(["A=1", "TOKEN=s3cret"]);
    expect(args({ environment: { A: "1" } }).envs).toEqual(["A=1"]);
  });

  test("gives it time to stop, rotates its log and adds no swap (T-45)", () => {
    expect(args({ stopSeconds: 20 })).toMatchObject({
      stopTimeout: 20,
      destroyGraceSeconds: 20,
      logOpts: { "max-size": "10m", "max-file": "5" },
      memory: 512,
      memorySwap: 512,
      removeVolumes: false,
    });
  });

  test.each([
    [1, "1.0"],
    [0.5, "0.5"],
    [1.25, "1.25"],
  ])("writes %d CPUs as the provider reads them back: %s", (cpus, text) => {
    expect(args({ cpus }).cpus).toBe(text);
  });

  test("starts it, unless a step does", () => {
    expect(args({}).start).toBe(true);
    expect(args({ start: "by a step" }).start).toBe(false);
  });

  test("puts it into the network of the host, or into its own under its names", () => {
    expect(args({ network: "host" })).toMatchObject({ networkMode: "host" });
    expect(args({ aliases: ["gateway"] }).networksAdvanced).toEqual([
      { name: "smoltbot_default", aliases: ["gateway"] },
    ]);
  });

  test("takes away a check, or writes its times as the daemon tells them", () => {
    expect(args({ health: "none" }).healthcheck).toMatchObject({ tests: ["NONE"], retries: 1 });
    const health = {
      program: ["true"],
      intervalSeconds: 5,
      timeoutSeconds: 60,
      startSeconds: 150,
      retries: 3,
    };
    expect(args({ health }).healthcheck).toEqual({
      tests: ["CMD", "true"],
      interval: "5s",
      timeout: "1m0s",
      startPeriod: "2m30s",
      retries: 3,
    });
  });

  test.each([
    [0, "0s"],
    [59, "59s"],
    [60, "1m0s"],
    [3600, "1h0m0s"],
    [3725, "1h2m5s"],
  ])("writes %i seconds as %s", (seconds, text) => {
    expect(goDuration(seconds)).toBe(text);
  });
});
