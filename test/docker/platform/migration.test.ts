import type Docker from "dockerode";
import { describe, expect, test } from "vitest";
import type { ContainerFacts } from "../../../components/docker/facts/host-facts";
import type { DockerHost } from "../../../components/docker/platform/docker-host";
import {
  migration,
  stateOf,
  type MigrationManifest,
} from "../../../components/docker/platform/migration";
import { ours } from "../facts";

describe("the container that migrates", () => {
  test.each<[string, Partial<ContainerFacts>, string, string]>([
    ["is suspended until it is started", { state: "created" }, "suspended", ""],
    ["is active while it runs", { state: "running" }, "active", ""],
    ["is complete if it has ended well (S-13, S-32)", { state: "exited" }, "complete", ""],
    [
      "has failed if it has ended otherwise",
      { state: "exited", exitCode: 3 },
      "failed",
      "ended with exit code 3",
    ],
    [
      "has failed if its memory ran out",
      { state: "exited", exitCode: 137, outOfMemory: true },
      "failed",
      "OutOfMemory",
    ],
  ])("%s", (_, change, state, reason) => {
    expect(stateOf(ours("migrate", change))).toEqual({ state, reason, message: "" });
  });

  test("is missing if nobody has made it", () => {
    expect(stateOf(undefined).state).toBe("missing");
  });
});

/** A daemon with one container, which ends with these exit codes, one for each start. */
function standIn(codes: readonly number[], startedAt = new Date().toISOString()) {
  const done: string[] = [];
  let starts = 0;
  const stateNow = () => {
    if (starts === 0) return { Status: "created" };
    const code = codes[starts - 1];
    return code === undefined
      ? { Status: "running", Running: true, StartedAt: startedAt }
      : { Status: "exited", ExitCode: code, StartedAt: startedAt };
  };
  const answer = (call: string) => () => {
    done.push(call);
    if (call === "start") starts += 1;
    return Promise.resolve();
  };
  const docker = {
    getContainer: () => ({
      inspect: () =>
        Promise.resolve({
          ...{ Id: "m1", Name: "/smoltbot-migrate", Image: "sha256:1" },
          ...{ Created: "2026-01-01T00:00:00Z", State: stateNow() },
          ...{ Config: { Image: "migrate:v1" }, HostConfig: {} },
        }),
      logs: () => Promise.resolve(Buffer.from("applying 003\n")),
      start: answer("start"),
      stop: answer("stop"),
    }),
  } as unknown as Docker;
  const said: string[] = [];
  const host = { docker, io: { env: {}, say: (line: string) => said.push(line) } };
  const migrate = (manifest: MigrationManifest) =>
    migration(host as unknown as DockerHost, {
      name: "smoltbot-migrate",
      instance: "smoltbot",
      manifest,
    });
  return { migrate, done, said };
}

describe("a migration that is started", () => {
  test("is tried again as often as the stack file says, each time said, and has failed then; its log is shown (S-27, S-32)", async () => {
    const { migrate, done, said } = standIn([1, 1, 1]);
    const { start, look } = migrate({ retries: 2, deadlineSeconds: 300 });
    await start();
    const states = [(await look()).state, (await look()).state];
    const last = await look();
    expect([...states, last.state]).toEqual(["active", "active", "failed"]);
    expect(last).toMatchObject({
      reason: "ended with exit code 1",
      exitCode: 1,
      output: [{ instance: "smoltbot-migrate", lines: ["applying 003"] }],
    });
    expect(done).toEqual(["start", "start", "start"]);
    expect(said).toEqual([
      "smoltbot-migrate ended with exit code 1; try 2 of 3",
      "smoltbot-migrate ended with exit code 1; try 3 of 3",
    ]);
  });

  test("is complete once a later try has ended well (S-27)", async () => {
    const { start, look } = standIn([1, 0]).migrate({ retries: 3, deadlineSeconds: 300 });
    await start();
    expect([(await look()).state, (await look()).state]).toEqual(["active", "complete"]);
  });

  test("is ended at its deadline, which counts from its first start also after a run that was killed (S-27, S-32)", async () => {
    const before = new Date(Date.now() - 60_000).toISOString();
    const { migrate, done } = standIn([], before);
    await migrate({ deadlineSeconds: 30 }).start();
    // Another run looks at what the one before has started.
    expect(await migrate({ deadlineSeconds: 30 }).look()).toMatchObject({
      state: "failed",
      reason: "DeadlineExceeded",
      message: "ran longer than 30 s",
    });
    expect(done).toEqual(["start", "stop"]);
  });
});
