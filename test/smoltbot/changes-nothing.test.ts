import { describe, expect, test } from "vitest";
import { changesNothing } from "../../components/smoltbot/changes-nothing";
import type { GateInput } from "../../components/smoltbot/gate-input";
import { observed } from "../../components/upgrade/observation";
import { cluster } from "../upgrade/gates/facts";
import { exampleSmoltbot } from "./example";

const ask = (uid: string | undefined, recorded: string | undefined, configHash = "hash") =>
  changesNothing({
    config: { settings: exampleSmoltbot() },
    release: { configHash: "hash" },
    plan: { change: "none", to: "1.1.0" },
    facts: {
      cluster: cluster({ uid }),
      identity: recorded === undefined ? undefined : { cluster: recorded },
      own: observed({ configHash }),
    },
  } as unknown as GateInput);

describe("a stack file that asks for what was verified", () => {
  test("changes nothing, in the recorded cluster and where none is recorded or can be told", () => {
    expect(ask("c-1", "c-1")).toBe(true);
    expect(ask("c-1", undefined)).toBe(true);
    expect(ask(undefined, "c-1")).toBe(true);
  });

  test("changes everything in another cluster, so that its gates are no mere warnings", () => {
    expect(ask("c-2", "c-1")).toBe(false);
  });

  test("changes something where the objects are others", () => {
    expect(ask("c-1", "c-1", "another")).toBe(false);
  });
});
