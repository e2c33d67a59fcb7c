import { describe, expect, test } from "vitest";
import { hostFacts } from "../../../components/hosts/facts/host-facts";
import { linesOf } from "../../../components/hosts/facts/host-lines";

const sum = (digit: string) => digit.repeat(64);

const read = (...lines: readonly string[]) => hostFacts(linesOf(lines.join("\n")));

describe("what a host says", () => {
  test("is read into facts: its unit, the binary that it starts and the one that runs (T-32)", () => {
    const facts = read(
      "machine=aarch64",
      "now=1764370000",
      "LoadState=loaded",
      "ActiveState=active",
      "UnitFileState=enabled",
      "User=bamf",
      "ExecStart={ path=/usr/bin/bamf-agent ; argv[]=/usr/bin/bamf-agent --config /etc/bamf/agent.yaml ; ignore_errors=no }",
      "binary=/usr/bin/bamf-agent",
      `sha256=${sum("b")}`,
      `running=${sum("a")}`,
      "executes=/usr/bin/bamf-agent",
      "freeKiB=204800",
      "notesFreeKiB=255",
      "tunnels=3",
    );
    expect(facts).toMatchObject({
      machine: "aarch64",
      clock: 1_764_370_000_000,
      unit: { isThere: true, state: "active", enabled: "enabled", user: "bamf" },
      binary: "/usr/bin/bamf-agent",
      sha256: sum("b"),
      running: sum("a"),
      executes: "/usr/bin/bamf-agent",
      kept: undefined,
      begun: undefined,
      cannotGive: undefined,
      cut: {},
      freeKiB: 204_800,
      notesFreeKiB: 255,
      tunnels: 3,
      failed: [],
    });
  });

  test("what a halted run has brought and not swapped counts as room: the next run takes it, or its place (B-38)", () => {
    expect(read("freeKiB=20480", "stagedKiB=61440").freeKiB).toBe(81_920);
    expect(read("freeKiB=20480", "stagedKiB=0").freeKiB).toBe(20_480);
    expect(read("stagedKiB=61440").freeKiB).toBeUndefined();
  });

  test("an agent that is down has no tunnel, and nobody has to wait for it to say so (B-38)", () => {
    expect(read("MainPID=0").tunnels).toBe(0);
    expect(read("MainPID=0", "tunnels=2").tunnels).toBe(2);
  });

  test("tunnels that were cut are told by the release for which it was", () => {
    expect(read("cut=0.11.0 3", "cut=0.10.0 12", "cut=half").cut).toEqual({
      "0.11.0": 3,
      "0.10.0": 12,
    });
  });

  test("nothing is unknown, and not zero", () => {
    expect(read()).toMatchObject({
      unit: { isThere: false, state: "unknown", enabled: "unknown" },
      tunnels: undefined,
      freeKiB: undefined,
      certificateEnds: undefined,
    });
    expect(read("MainPID=7", "tunnels=", "certificate=bm90IGE=")).toMatchObject({
      tunnels: undefined,
      certificateEnds: undefined,
    });
  });

  test("a second instance is told with what it does and the most tunnels that it can have, or why none can run", () => {
    const lines = [`beside=${sum("b")}`, "besidePhase=leads", "besideTunnels=2", "cannotBeside="];
    expect(read(...lines)).toMatchObject({
      beside: { sha256: sum("b"), phase: "leads", tunnels: 2 },
      cannotBeside: undefined,
    });
    expect(read(`beside=${sum("b")}`, "besidePhase=")).toMatchObject({
      beside: { phase: undefined, tunnels: undefined },
    });
    expect(read("cannotBeside=there is no curl")).toMatchObject({
      beside: undefined,
      cannotBeside: "there is no curl",
    });
  });

  test("of binaries that did not come up each is a fact, with its reason as it was said", () => {
    expect(
      read(`failed=${sum("c")} 0.11.0 1764370000 release 0.11.0 does not come up: a=b`).failed,
    ).toEqual([
      {
        sha256: sum("c"),
        release: "0.11.0",
        at: 1_764_370_000_000,
        reason: "release 0.11.0 does not come up: a=b",
      },
    ]);
    expect(read("failed=half a li").failed).toEqual([]);
  });
});
