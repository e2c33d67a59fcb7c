import type Docker from "dockerode";
import { describe, expect, test } from "vitest";
import type { ContainerFacts } from "../../../components/docker/facts/host-facts";
import type { DockerHost } from "../../../components/docker/platform/docker-host";
import { startStopped, stopOlder, writersOf } from "../../../components/docker/platform/writers";
import { ours } from "../facts";

/** Containers that can be started, stopped and given a restart policy. */
function standIn(...names: readonly string[]) {
  const all = new Map<string, ContainerFacts>(
    names.map((name) => [name, ours("gateway", { name })]),
  );
  const change = (name: string, to: Partial<ContainerFacts>) => {
    const one = all.get(name);
    if (one !== undefined) all.set(name, { ...one, ...to });
    return Promise.resolve();
  };
  const docker = {
    getContainer: (name: string) => ({
      stop: () => change(name, { state: "exited" }),
      start: () => change(name, { state: "running" }),
      update: ({ RestartPolicy }: { readonly RestartPolicy: { readonly Name: string } }) =>
        change(name, { restart: RestartPolicy.Name }),
    }),
  } as unknown as Docker;
  const host = {
    docker,
    io: { env: {}, say: () => undefined },
    ofRole: () => Promise.resolve([...all.values()]),
  } as unknown as DockerHost;
  const state = (name: string) => {
    const { state: now, restart } = all.get(name)!;
    return `${now}, ${restart}`;
  };
  /** As a daemon does that comes back to containers which were killed once their time to stop was over (seen with Docker 20.10). */
  const restartDaemon = () => {
    for (const [name, { state: now, restart }] of all)
      if (now === "exited" && ["always", "on-failure"].includes(restart))
        void change(name, { state: "running" });
  };
  return { host, all, state, restartDaemon, writers: writersOf(host, ["gateway"]) };
}

describe("the containers that write to a database", () => {
  test("that a restore has stopped do not start with their host, and start again if it fails (S-44)", async () => {
    const { writers, state } = standIn("a", "b");
    await writers.stop(5);
    expect(state("a")).toBe("exited, no");
    expect(await writers.start()).toEqual({ started: ["started a", "started b"], left: [] });
    expect(state("b")).toBe("running, unless-stopped");
  });

  test("that a complete restore keeps stopped are left by whoever undoes another one", async () => {
    const { writers, state } = standIn("a");
    await writers.stop(5);
    await writers.keepStopped();
    expect(await writers.start()).toEqual({ started: [], left: ["a"] });
    expect(state("a")).toMatch(/^exited/);
  });

  test("of which one runs are not called kept stopped: the others are older ones, which a rollout has stopped", async () => {
    const { host, writers } = standIn("old", "new");
    await stopOlder(host, "gateway", ["new"]);
    expect(await writers.start()).toEqual({ started: [], left: [] });
  });

  test("that a complete restore keeps stopped do not start with their host, however they have ended (S-44)", async () => {
    const { writers, state, restartDaemon } = standIn("a");
    await writers.stop(5);
    await writers.keepStopped();
    restartDaemon();
    expect(state("a")).toMatch(/^exited/);
  });

  test("start with the rollout of a release, whoever has stopped them", async () => {
    const { writers, state, host } = standIn("a");
    await writers.stop(5);
    await writers.keepStopped();
    await startStopped(host, "gateway", ["a"]);
    expect(state("a")).toBe("running, unless-stopped");
  });

  test("of the release before are stopped, and those that are wanted are not", async () => {
    const { host, state } = standIn("old", "new");
    await stopOlder(host, "gateway", ["new"]);
    expect(state("old")).toBe("exited, unless-stopped");
    expect(state("new")).toBe("running, unless-stopped");
  });

  test("are missed if there is none: nothing was stopped then", async () => {
    const { writers } = standIn();
    await expect(writers.checkStop()).rejects.toThrow("there is no container of gateway to stop");
  });
});
