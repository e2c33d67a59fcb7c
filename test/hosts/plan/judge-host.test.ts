import { describe, expect, test } from "vitest";
import { hostFacts, type HostFacts } from "../../../components/hosts/facts/host-facts";
import { agentState, hindrances } from "../../../components/hosts/plan/judge-host";

const sum = (digit: string) => digit.repeat(64);
const DAY = 86_400_000;
const wanted = { release: "0.11.0", sha256: sum("b"), sizeKiB: 20_480 };
const facts = (change: Partial<HostFacts> = {}): HostFacts => ({
  ...hostFacts(new Map()),
  clock: 1_764_370_000_000,
  unit: { isThere: true, state: "active", enabled: "enabled", user: "bamf" },
  binary: "/usr/bin/bamf-agent",
  sha256: sum("a"),
  running: sum("a"),
  freeKiB: 204_800,
  certificateEnds: 1_764_370_000_000 + 100 * DAY,
  ...change,
});
const unit = (change: Partial<HostFacts["unit"]>) => ({ unit: { ...facts().unit, ...change } });
const found = (change: Partial<HostFacts>) =>
  hindrances(facts(change), wanted).map((one) => one.found);

describe("where an agent stands", () => {
  test("with another binary it is to be swapped, with the wanted one it is current", () => {
    expect(agentState(facts(), wanted)).toBe("to swap");
    expect(agentState(facts({ sha256: sum("b"), running: sum("b") }), wanted)).toBe("current");
  });

  test("with the wanted file and an older process it is not current yet (T-32)", () => {
    expect(agentState(facts({ sha256: sum("b") }), wanted)).toBe("to restart");
  });
});

describe("what keeps an agent from its swap", () => {
  test("nothing, of one that is well", () => {
    expect(found({})).toEqual([]);
  });

  test("a unit that is disabled or down, or that is not there (T-43)", () => {
    expect(found(unit({ enabled: "disabled" }))).toEqual(["the unit is disabled"]);
    expect(found(unit({ state: "failed" }))).toEqual(["the unit is failed"]);
    expect(found(unit({ isThere: false }))).toEqual(["no such unit"]);
  });

  test("a unit that starts the agent by another program, which a swap would replace (T-32)", () => {
    const starts = (binary: string, executes = binary) => found({ binary, executes });
    expect(starts("/usr/bin/env", "/opt/bamf/bamf-agent")).toEqual([
      "a unit that starts the agent by /usr/bin/env",
    ]);
    // Without exec the shell stays, as the client of a container does.
    for (const binary of [
      ...["/usr/bin/dash", "/usr/bin/docker", "/usr/bin/python3.11", "/usr/bin/ctr"],
      ...["/usr/bin/systemd-nspawn", "/usr/bin/tmux", "/usr/bin/ssh"],
    ])
      expect(starts(binary)).toEqual([`a unit that starts the agent by ${binary}`]);
    expect(starts("/usr/local/bin/with-secrets", "/opt/bamf/bamf-agent")).toEqual([
      "a unit that starts /usr/local/bin/with-secrets, whose process executes /opt/bamf/bamf-agent",
    ]);
    expect(starts("/opt/bamf/bamf-agent", "/opt/bamf/bamf-agent.bak")).toEqual([]);
  });

  test("nor is an agent of the wanted release current that another program has started (T-32)", () => {
    const change = { binary: "/usr/bin/env", executes: "/usr/bin/bamf-agent", running: sum("b") };
    expect(agentState(facts(change), wanted)).toBe("hindered");
  });

  test("not a unit that is down in the middle of a swap, which its host ends by itself (B-38)", () => {
    const down = unit({ state: "deactivating" });
    expect(found(down)).toEqual(["the unit is deactivating"]);
    expect(found({ ...down, isSwapping: true })).toEqual([]);
  });

  test("not a unit that is down with the file of a swap that a loss of power has cut off, which the next one ends (B-38)", () => {
    const down = { ...unit({ state: "failed" }), running: undefined };
    expect(found({ ...down, begun: sum("a") })).toEqual([]);
    expect(found({ ...down, begun: sum("c") })).toEqual(["the unit is failed"]);
  });

  test("a host that cannot give the new binary the capabilities of the old one, unless it has the new one", () => {
    const cannotGive = "there is no getcap";
    expect(found({ cannotGive })).toEqual([cannotGive]);
    expect(found({ cannotGive, sha256: sum("b"), running: sum("b") })).toEqual([]);
  });

  test("a disk without room, unless the binary is kept there already", () => {
    expect(found({ freeKiB: 1024 })).toEqual(["1 MiB free beside the binary"]);
    expect(found({ freeKiB: 1024, kept: wanted.sha256 })).toEqual([]);
  });

  test("a certificate that has ended or is about to (B-39)", () => {
    const ends = (days: number) => found({ certificateEnds: facts().clock! + days * DAY });
    expect(ends(-1)[0]).toMatch(/^its certificate has ended at /);
    expect(ends(6)[0]).toMatch(/^its certificate ends at /);
    // One that lives ten days is renewed by the agent with five days left.
    const short = (days: number) => {
      const { clock } = facts();
      const certificateEnds = clock! + days * DAY;
      return found({ certificateEnds, certificateBegins: certificateEnds - 10 * DAY });
    };
    expect(short(5)).toEqual([]);
    expect(short(2)[0]).toMatch(/^its certificate ends at /);
    expect(ends(8)).toEqual([]);
  });

  test("a binary that was swapped back there, until another one is wanted or somebody consents to another try", () => {
    const failed = [
      { sha256: wanted.sha256, release: "0.11.0", at: 0, reason: "its unit is failed" },
    ];
    expect(found({ failed })).toEqual([
      "0.11.0 did not come up there at 1970-01-01T00:00:00.000Z: its unit is failed",
    ]);
    expect(hindrances(facts({ failed }), { ...wanted, sha256: sum("c") })).toEqual([]);
    expect(hindrances(facts({ failed }), { ...wanted, retry: true })).toEqual([]);
  });

  test("nothing of an agent that runs the wanted binary already", () => {
    expect(found({ sha256: sum("b"), running: sum("b"), freeKiB: 0, certificateEnds: 0 })).toEqual(
      [],
    );
    expect(
      found({ sha256: sum("b"), running: sum("b"), ...unit({ enabled: "disabled" }) }),
    ).toEqual(["the unit is disabled"]);
  });
});
