import { afterAll, describe, expect, test } from "vitest";
import { changing } from "../engine/steps-of-log";
import { changesOf, dockerTrial, ok, ops, shell } from "./docker-trial";

// Rules of the official docker plugin 5.2.0 about containers on which the program builds. They hold on whichever plugin the lab runs.

const { program, write, containers, daemon, inProgram } = dockerTrial();

const inspect = async (name: string): Promise<string> =>
  JSON.stringify((await containers.named(name)).inspected);

describe("a container's life", () => {
  inProgram();
  let first: Readonly<Record<string, unknown>>;

  test("a preview makes nothing", async () => {
    await write(shell(`labels: [{ label: "trial", value: "life" }],`));
    expect(ops(ok(await program().preview()).steps, "one")).toEqual(["create"]);
    // Others on this host have containers of their own.
    const made = (await containers.all()).filter(({ inspected }) =>
      JSON.stringify(inspected).includes('"trial":"life"'),
    );
    expect(made).toEqual([]);
  });

  test("an update makes it and starts it under a name of its own, and a second one changes nothing", async () => {
    ok(await program().up());
    first = await program().outputs();
    expect(String(first["name"])).toMatch(/^one-[0-9a-f]{7}$/);
    expect((await containers.named(String(first["name"]))).state).toBe("running");
    expect(changing(ok(await program().preview()).steps)).toEqual([]);
    expect(changing(ok(await program().refresh()).steps)).toEqual([]);
    expect(changing(ok(await program().preview()).steps)).toEqual([]);
  });

  test("a changed variable replaces it: the old one goes first", async () => {
    await write(shell(`envs: ["A=1"],`));
    const run = ok(await program().up());
    expect(ops(run.steps, "one")).toEqual(["delete-replaced", "replace", "create-replacement"]);
    await expect(containers.named(String(first["name"]))).rejects.toThrow("No such container");
  });

  test("with deleteBeforeReplace false the new one comes first, and both run meanwhile", async () => {
    await write(shell(`envs: ["A=2"],`, "deleteBeforeReplace: false"));
    const run = ok(await program().up());
    expect(ops(run.steps, "one")).toEqual(["create-replacement", "replace", "delete-replaced"]);
  });

  test("variables in another order are no change", async () => {
    const options = "deleteBeforeReplace: false";
    await write(shell(`envs: ["A=2", "B=3"],`, options));
    ok(await program().up());
    await write(shell(`envs: ["B=3", "A=2"],`, options));
    expect(changing(ok(await program().preview()).steps)).toEqual([]);
  });

  test("what it is removed without is left to the image, and is no change", async () => {
    await write(shell(""));
    expect(changing(ok(await program().preview()).steps)).toEqual([]);
  });

  test("more memory is an update in place, and reaches it", async () => {
    await write(shell("memory: 64, memorySwap: 64,"));
    ok(await program().up());
    const { name } = await program().outputs();
    const run = ok(await program().preview());
    expect(changing(run.steps)).toEqual([]);
    await write(shell("memory: 96, memorySwap: 96,"));
    expect(ops(ok(await program().up()).steps, "one")).toEqual(["update"]);
    expect(await inspect(String(name))).toContain(`"Memory":${96 * 1024 * 1024}`);
  });

  test("a health check that is added or changed is an update that changes nothing (T-45)", async () => {
    const check = (seconds: number) =>
      shell(
        `memory: 96, memorySwap: 96, healthcheck: { tests: ["CMD", "true"], interval: "${seconds}s" },`,
      );
    await write(check(5));
    expect(ops(ok(await program().up()).steps, "one")).toEqual(["update"]);
    await write(check(7));
    expect(ops(ok(await program().up()).steps, "one")).toEqual(["update"]);
    const { name } = await program().outputs();
    expect(await inspect(String(name))).toContain("/health/live");
  });

  test("one that was stopped behind its back is seen by a refresh, and the next update starts it", async () => {
    const { name } = await program().outputs();
    await daemon.must("POST", `/containers/${String(name)}/kill`);
    expect(changing(ok(await program().preview()).steps)).toEqual([]);
    ok(await program().refresh());
    expect(ops(ok(await program().up()).steps, "one")).toEqual(["update"]);
    expect((await containers.named(String(name))).state).toBe("running");
  });

  test("one that was removed behind its back is made anew after a refresh", async () => {
    const { name } = await program().outputs();
    await containers.remove(String(name));
    ok(await program().refresh());
    expect(ops(ok(await program().up()).steps, "one")).toEqual(["create"]);
  });

  test("a duration in another form than Go's, and CPUs without a point, never come to rest", async () => {
    // Times that are left out are those of the check that the image brings.
    const check = (interval: string) =>
      `healthcheck: { tests: ["CMD", "true"], interval: "${interval}", timeout: "5s", startPeriod: "5s", retries: 2 },`;
    await write(shell(`envs: ["A=3"], ${check("60s")} cpus: "1",`));
    ok(await program().up());
    expect(changesOf(ok(await program().preview()).steps, "one")).toEqual({
      cpus: "update-replace",
      "healthcheck.interval": "update",
    });
    await write(shell(`envs: ["A=3"], ${check("1m0s")} cpus: "1.0",`));
    ok(await program().up());
    expect(changing(ok(await program().preview()).steps)).toEqual([]);
  });
});

describe("a container that is deleted", () => {
  inProgram();

  // The gateway waits for its open requests at the signal, which a shell does not.
  const waiting = (args: string) => `
    new docker.Container("slow", {
      name: "slow", image: "ghcr.io/mnemom/gateway:1.0.0", entrypoints: ["sh", "-c"],
      command: ["trap 'sleep 2; echo ended >> /data/marks; exit 0' TERM; touch /data/marks; while :; do sleep 0.1; done"],
      user: "0", volumes: [{ volumeName: "trial-marks", containerPath: "/data" }], stopTimeout: 30, ${args}
    }, { provider });
  `;
  const marks = async (): Promise<string> => {
    await containers.remove("reader");
    await containers.start("reader", {
      Image: "ghcr.io/mnemom/gateway:1.0.0",
      Entrypoint: ["cat", "/data/marks"],
      User: "0",
      HostConfig: { Binds: ["trial-marks:/data"] },
    });
    await daemon.must("POST", "/containers/reader/wait");
    return containers.logs("reader");
  };
  afterAll(async () => {
    await containers.remove("reader");
    await daemon.ask("DELETE", "/volumes/trial-marks?force=1");
  });

  test("is killed at once, whatever its stop timeout is (T-45)", async () => {
    await write(waiting(""));
    ok(await program().up());
    await write("");
    ok(await program().up());
    expect(await marks()).toBe("");
  });

  test("has the time that destroyGraceSeconds gives it (T-45)", async () => {
    await write(waiting("destroyGraceSeconds: 20,"));
    ok(await program().up());
    await write("");
    ok(await program().up());
    expect(await marks()).toBe("ended\n");
  });
});
