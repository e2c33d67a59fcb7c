import { describe, expect, test } from "vitest";
import type { ContainerFacts } from "../../../components/docker/facts/host-facts";
import { judgeContainers } from "../../../components/docker/watch/judge-containers";
import { ours } from "../facts";

const judge = (containers: readonly ContainerFacts[], wanted = ["new"]) =>
  judgeContainers({ role: "gateway", wanted, containers, digests: new Map() });

const next = (change: Partial<ContainerFacts> = {}) => ours("gateway", { name: "new", ...change });
const before = ours("gateway", { name: "old", health: "healthy" });

describe("the containers of one role", () => {
  test("are done once each wanted one is healthy, whatever runs of the release before (S-15, S-30)", () => {
    const look = judge([before, next({ health: "healthy" })]);
    expect(look).toMatchObject({ state: "done", settleMs: 0, wanted: 1 });
    expect(look.progress).toBe("gateway 1/1 ready (new), 1 old");
    expect(look.instances.map(({ name }) => name)).toEqual(["new"]);
    expect(look.older.map(({ name }) => name)).toEqual(["old"]);
  });

  test("that nobody checks have to run for a while before they count (T-01)", () => {
    expect(judge([next({ health: "none" })])).toMatchObject({ state: "done", settleMs: 5000 });
  });

  test("wait for one whose check is not content yet, and say what it says (S-16)", () => {
    const look = judge([next({ health: "starting", healthSaid: "wget: 503" })]);
    expect(look.state).toBe("waiting");
    expect(look.problem?.text).toBe("container new is not healthy yet; its check says: wget: 503");
  });

  test.each<[string, Partial<ContainerFacts>, string]>([
    ["is unhealthy", { health: "unhealthy", healthSaid: "" }, "unready"],
    ["was ended for want of memory", { state: "restarting", outOfMemory: true }, "memory"],
    ["ended with exit code 1, 4 times", { state: "restarting", exitCode: 1, restarts: 3 }, "crash"],
    ["ended with exit code 2, 1 times", { state: "exited", exitCode: 2 }, "crash"],
    ["is paused", { state: "paused" }, "stalled"],
  ])("are given up if one %s", (words, change, kind) => {
    const { state, problem } = judge([next(change)]);
    expect(state).toBe("failed");
    expect(problem).toMatchObject({ kind, text: `container new ${words}`, instance: "new" });
  });

  test("wait while one starts again for the first times, and before one is started", () => {
    expect(judge([next({ state: "restarting", exitCode: 1, restarts: 1 })]).state).toBe("waiting");
    expect(judge([next({ state: "created" })]).state).toBe("waiting");
  });

  test("wait for a front proxy that a killed run has told to leave, or that a daemon has stopped, since the hand-over starts it anew; one that fails is given up (S-14, T-46)", () => {
    const left = (change: Partial<ContainerFacts>) =>
      judgeContainers({
        role: "proxy",
        wanted: ["new"],
        containers: [ours("proxy", { name: "new", state: "exited", ...change })],
        digests: new Map(),
      });
    expect(left({ exitCode: 0 }).state).toBe("waiting");
    expect(left({ exitCode: 137 }).state).toBe("waiting");
    expect(left({ exitCode: 137, outOfMemory: true }).state).toBe("failed");
    expect(left({ state: "restarting", exitCode: 1, restarts: 3 }).state).toBe("failed");
  });

  test("tell images by the digest under which they were pulled, else by their id (S-17)", () => {
    const digests = new Map([["sha256:1", "gateway@sha256:2"]]);
    const containers = [next({ health: "healthy" })];
    const look = judgeContainers({ role: "gateway", wanted: ["new"], containers, digests });
    expect(look.instances[0]?.containers[0]).toMatchObject({ imageId: "gateway@sha256:2" });
    expect(look.images).toEqual({ gateway: "busybox:1" });
    expect(judge(containers).instances[0]?.containers[0]).toMatchObject({ imageId: "sha256:1" });
  });
});
