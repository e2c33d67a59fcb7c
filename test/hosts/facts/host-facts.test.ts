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
      freeKiB: 204_800,
      tunnels: 3,
      failed: [],
    });
  });

  test("nothing is unknown, and not zero", () => {
    expect(read()).toMatchObject({
      unit: { isThere: false, state: "unknown", enabled: "unknown" },
      tunnels: undefined,
      freeKiB: undefined,
      certificateEnds: undefined,
    });
    expect(read("tunnels=", "certificate=bm90IGE=")).toMatchObject({
      tunnels: undefined,
      certificateEnds: undefined,
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
