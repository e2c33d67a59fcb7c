import fc from "fast-check";
import { compare, inc } from "semver";
import { describe, expect, test } from "vitest";
import {
  generation,
  goesBack,
  isSettled,
  planUpgrade,
} from "../../../components/upgrade/plan/plan";

const version = fc
  .tuple(fc.nat(3), fc.nat(4), fc.nat(4))
  .map(([major, minor, patch]) => `${major}.${minor}.${patch}`);

describe("a plan", () => {
  test.each([
    ["nothing runs and nothing was verified: an install", "1.1.0", undefined, [], "install"],
    ["the same release: none", "1.1.0", "1.1.0", ["1.1.0"], "none"],
    ["S-45: a higher patch", "1.1.1", "1.1.0", ["1.1.0"], "patch"],
    ["S-46: a higher minor", "1.2.0", "1.1.5", ["1.1.5"], "minor"],
    ["S-47: a higher major", "2.0.0", "1.9.0", ["1.9.0"], "major"],
    ["S-47: a higher minor of 0.x counts as a major", "0.10.0", "0.9.1", ["0.9.1"], "major"],
    ["S-45: a higher patch of 0.x", "0.9.1", "0.9.0", ["0.9.0"], "patch"],
    ["S-48: a lower patch", "1.1.0", "1.1.1", ["1.1.1"], "rollback"],
    ["S-48: a lower minor", "1.1.0", "1.2.0", ["1.2.0"], "rollback"],
    ["S-48: a lower major", "1.9.0", "2.0.0", ["2.0.0"], "rollback-across-major"],
    ["S-48: a lower minor of 0.x", "0.9.1", "0.10.0", ["0.10.0"], "rollback-across-major"],
    ["a release after its own prerelease", "1.2.0", "1.2.0-rc.1", ["1.2.0-rc.1"], "patch"],
    ["a prerelease after its release", "1.2.0-rc.1", "1.2.0", ["1.2.0"], "rollback"],
    ["S-46: a prerelease of the next minor", "1.3.0-rc.1", "1.2.0", ["1.2.0"], "minor"],
  ] as const)("%s", (_, wanted, verified, running, change) => {
    expect(planUpgrade({ wanted, verified, running })).toEqual(
      expect.objectContaining({ change, unfinished: false, from: verified, to: wanted }),
    );
  });

  test.each([
    [
      "two releases side by side on the way up",
      "1.2.0",
      "1.1.0",
      ["1.2.0", "1.1.0"],
      "minor",
      "1.1.0",
    ],
    ["the wanted one runs, unverified", "1.2.0", "1.1.0", ["1.2.0"], "minor", "1.1.0"],
    ["the way up is reverted half way", "1.1.0", "1.1.0", ["1.1.0", "1.2.0"], "rollback", "1.2.0"],
    ["the way up is reverted after the rollout", "1.1.0", "1.1.0", ["1.2.0"], "rollback", "1.2.0"],
    ["the rollback was cut off", "1.1.0", "1.2.0", ["1.1.0"], "rollback", "1.2.0"],
    ["a broken release is fixed forward", "1.2.1", "1.1.0", ["1.2.0"], "minor", "1.1.0"],
    ["a first install was cut off", "1.1.0", undefined, ["1.1.0"], "none", "1.1.0"],
    ["a release that others installed", "1.1.0", undefined, ["1.0.0"], "minor", "1.0.0"],
    ["an image without a version runs", "1.1.0", "1.1.0", ["latest"], "none", "1.1.0"],
  ] as const)("S-35, an unfinished one: %s", (_, wanted, verified, running, change, from) => {
    const plan = planUpgrade({ wanted, verified, running });
    expect([plan.change, plan.from, plan.unfinished]).toEqual([change, from, true]);
    expect(isSettled(plan)).toBe(false);
  });

  test("a cluster where nothing could be seen leaves the verified release as the start", () => {
    const plan = planUpgrade({ wanted: "1.2.0", verified: "1.1.0", running: [] });
    expect(plan).toEqual({
      change: "minor",
      from: "1.1.0",
      to: "1.2.0",
      unfinished: false,
      wayBack: { kind: "programs-only" },
      verified: "1.1.0",
      running: [],
      restore: undefined,
      occasion: "",
    });
  });

  test("S-35: an upgrade across a major that migrated and never ran makes its revert a rollback across it", () => {
    const plan = planUpgrade({
      wanted: "1.2.0",
      verified: "1.2.0",
      running: ["1.2.0"],
      ahead: "2.0.0",
      restore: { kind: "no", why: "put back" },
    });
    expect(plan).toMatchObject({
      change: "rollback-across-major",
      from: "2.0.0",
      unfinished: true,
      restore: { kind: "no" },
    });
  });

  test("S-44: a rollback across a major from a release that was verified leaves nothing unfinished", () => {
    const plan = planUpgrade({
      wanted: "1.2.0",
      verified: "2.0.1",
      running: ["2.0.1"],
      ahead: "2.0.0",
    });
    expect(plan).toMatchObject({ from: "2.0.1", unfinished: false });
  });

  test("S-44: a rollback across a major that nobody asked the backups about does not know what it takes", () => {
    const plan = planUpgrade({ wanted: "1.9.0", verified: "2.0.0", running: ["2.0.0"] });
    expect(plan.restore).toMatchObject({ kind: "unknown" });
  });

  test("the running releases are told once each, lowest first, without a v", () => {
    const running = ["1.10.0", "v1.9.0", "1.10.0", "latest"];
    expect(planUpgrade({ wanted: "1.10.0", running }).running).toEqual(["1.9.0", "1.10.0"]);
  });

  test("a wanted release that is no version is refused", () => {
    expect(() => planUpgrade({ wanted: "latest", running: [] })).toThrow(TypeError);
  });

  test("S-35, S-44, S-48: the way back needs a restore only after a major", () => {
    const kinds = ["1.1.0", "1.1.1", "1.2.0", "2.0.0", "1.0.0", "0.9.0"].map(
      (wanted) => planUpgrade({ wanted, verified: "1.1.0", running: ["1.1.0"] }).wayBack.kind,
    );
    expect(kinds).toEqual([
      "nothing-to-undo",
      "programs-only",
      "programs-only",
      "restore",
      "programs-only",
      "upgrade-again",
    ]);
  });
});

describe("for all releases", () => {
  test("equal versions give none, and a settled plan", () => {
    fc.assert(
      fc.property(version, (wanted) => {
        expect(isSettled(planUpgrade({ wanted, verified: wanted, running: [wanted] }))).toBe(true);
      }),
    );
  });

  test("a plan goes back exactly where the wanted release is below one that runs or was verified", () => {
    fc.assert(
      fc.property(version, version, fc.array(version), (wanted, verified, running) => {
        const below = [verified, ...running].some((other) => compare(wanted, other) < 0);
        expect(goesBack(planUpgrade({ wanted, verified, running }))).toBe(below);
      }),
    );
  });

  test("S-48: the way there and the way back cross a major both or neither", () => {
    fc.assert(
      fc.property(version, version, (one, other) => {
        const across = (verified: string, wanted: string) =>
          ["major", "rollback-across-major"].includes(
            planUpgrade({ wanted, verified, running: [verified] }).change,
          );
        expect(across(one, other)).toBe(across(other, one));
        expect(across(one, other)).toBe(generation(one) !== generation(other));
      }),
    );
  });

  test("the order in which running releases are listed does not matter", () => {
    fc.assert(
      fc.property(
        version,
        fc.option(version, { nil: undefined }),
        fc.array(version),
        (...world) => {
          const [wanted, verified, running] = world;
          expect(planUpgrade({ wanted, verified, running: [...running].reverse() })).toEqual(
            planUpgrade({ wanted, verified, running }),
          );
        },
      ),
    );
  });

  test("a next patch is a patch, whatever the release", () => {
    fc.assert(
      fc.property(version, (from) => {
        const wanted = inc(from, "patch") ?? "";
        expect(planUpgrade({ wanted, verified: from, running: [from] }).change).toBe("patch");
      }),
    );
  });
});
