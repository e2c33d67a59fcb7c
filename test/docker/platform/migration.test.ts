import { describe, expect, test } from "vitest";
import type { ContainerFacts } from "../../../components/docker/facts/host-facts";
import { stateOf } from "../../../components/docker/platform/migration";
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
