import { compare, lte } from "semver";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  courseBehindApi,
  courseOfWaves,
  courseWithoutSkew,
} from "../../../components/bamf/skew/courses";
import { searchMoments, type Fleet } from "../../../components/bamf/skew/moments";
import type { Part } from "../../../components/bamf/skew/rule";

const RELEASES = ["0.9.1", "0.10.0", "0.11.0"];
const fleet = (part: Part, versions: readonly string[], name: string = part): Fleet => ({
  part,
  name,
  versions,
});
const cluster = (version: string): readonly Fleet[] => [
  fleet("api", [version, version], "API"),
  fleet("bridge", [version, version]),
  fleet("proxy", [version]),
  fleet("agent", [version, version], "agents of the chart"),
];
const up = (fleets: readonly Fleet[]) => courseOfWaves("the upgrade to 0.11.0", fleets, "0.11.0");

describe("what can be reached", () => {
  test("an upgrade by waves breaks no rule at any of its moments, wherever it is cut off and run again (B-31, B-34)", () => {
    const fleets = cluster("0.10.0");
    expect(searchMoments(fleets, [up(fleets)], RELEASES)).toEqual({
      // One more for each instance that has changed.
      states: 8,
      offence: undefined,
      isCut: false,
    });
  });

  test("the way back by the same waves has agents newer than the API, and the moment is named (B-31)", () => {
    const fleets = cluster("0.11.0");
    const back = courseOfWaves("the way back to 0.10.0", fleets, "0.10.0");
    expect(searchMoments(fleets, [back], RELEASES).offence).toEqual({
      rule: "B-31",
      kind: "broken",
      found: "agents of the chart 0.11.0 beside API 0.10.0",
      expected: "at most 0.10.0",
      moment:
        "in the way back to 0.10.0, with API at 0.10.0 and 0.11.0, bridge at 0.11.0, proxy at 0.11.0, agents of the chart at 0.11.0",
    });
  });

  test("a third release that comes before a cut-off upgrade has ended leaves three side by side (B-32)", () => {
    const fleets = cluster("0.9.1");
    const courses = ["0.10.0", "0.11.0"].map((to) =>
      courseOfWaves(`the upgrade to ${to}`, fleets, to),
    );
    const { offence } = searchMoments(fleets, courses, RELEASES);
    expect(offence?.rule).toBe("B-32");
    expect(offence?.found).toBe("0.9.1, 0.10.0, 0.11.0 side by side in API, bridge, proxy and web");
    expect(offence?.moment).toMatch(
      /^in the upgrade to 0\.11\.0, with API at 0\.10\.0 and 0\.11\.0, bridge at 0\.9\.1, /,
    );
  });

  test("a CLI that is newer than the API is told as it is now (B-30)", () => {
    const fleets = [...cluster("0.10.0"), fleet("cli", ["0.11.0"], "CLI")];
    expect(searchMoments(fleets, [up(fleets)], RELEASES).offence).toMatchObject({
      rule: "B-30",
      moment: "now",
    });
  });

  test("agents on hosts that come before the API break a rule, and those that come after it do not (B-31)", () => {
    const fleets = [...cluster("0.10.0"), fleet("host", ["0.10.0", "0.10.0"], "group canary")];
    const hosts = { name: "the agents", stages: [{ fleet: 4, to: "0.11.0" }] };
    expect(searchMoments(fleets, [hosts, up(fleets)], RELEASES).offence?.found).toBe(
      "group canary 0.11.0 beside API 0.10.0",
    );
    const ordered = courseWithoutSkew("all", fleets, "0.11.0");
    expect(searchMoments(fleets, [ordered], RELEASES).offence).toBeUndefined();
  });

  test("a search that ends at its limit says so", () => {
    const fleets = cluster("0.10.0");
    expect(searchMoments(fleets, [up(fleets)], RELEASES, 3)).toMatchObject({
      isCut: true,
      states: 3,
    });
  });
});

/** One line of the stack file for each of the three. */
const linesTo = (fleets: readonly Fleet[], to: string) => [
  courseWithoutSkew(`cluster to ${to}`, fleets, to, ["api", "bridge", "proxy", "web", "agent"]),
  courseBehindApi(`hosts to ${to}`, fleets, ["host"], to),
  courseBehindApi(`CLIs to ${to}`, fleets, ["cli"], to),
];

const releases = fc
  .uniqueArray(fc.tuple(fc.nat(2), fc.nat(3), fc.nat(3)), {
    minLength: 2,
    maxLength: 4,
    selector: String,
  })
  .map((all) => all.map((parts) => parts.join(".")).sort(compare));

const installed = releases.chain((all) =>
  fc.record({
    all: fc.constant(all),
    start: fc.constantFrom(...all),
    sizes: fc.tuple(
      fc.integer({ min: 1, max: 2 }),
      fc.nat(2),
      fc.nat(1),
      fc.nat(1),
      fc.nat(2),
      fc.nat(2),
      fc.nat(2),
    ),
  }),
);

const PARTS_IN_ORDER: readonly Part[] = ["api", "bridge", "proxy", "web", "agent", "host", "cli"];

/** As many instances of each part as drawn, all of one release. */
const fleetsAt = (start: string, sizes: readonly number[]): readonly Fleet[] =>
  PARTS_IN_ORDER.map((part, index) =>
    fleet(
      part,
      Array.from({ length: sizes[index] ?? 0 }, () => start),
    ),
  );

test("whatever releases are wanted, in whatever order, and wherever each run is cut off: the safe order breaks no rule (B-30, B-31, B-32)", () => {
  fc.assert(
    fc.property(installed, ({ all, start, sizes }) => {
      const fleets = fleetsAt(start, sizes);
      const courses = all.map((to) => courseWithoutSkew(`to ${to}`, fleets, to));
      const { offence, isCut } = searchMoments(fleets, courses, all, 50_000);
      expect({ offence, isCut }).toEqual({ offence: undefined, isCut: false });
    }),
    { numRuns: 60 },
  );
});

test("cluster, agents on hosts and CLIs with a line each in the stack file, moved in any order: the gates keep every moment fine (B-30, B-31, B-32)", () => {
  fc.assert(
    fc.property(installed, ({ all, start, sizes }) => {
      const fleets = fleetsAt(start, sizes);
      const courses = all.flatMap((to) => linesTo(fleets, to));
      const { offence, isCut } = searchMoments(fleets, courses, all, 200_000);
      expect({ offence, isCut }).toEqual({ offence: undefined, isCut: false });
    }),
    { numRuns: 25 },
  );
});

test("without the gates the same lines break a rule (B-31)", () => {
  const fleets = [...cluster("0.10.0"), fleet("host", ["0.10.0"], "group canary")];
  const courses = linesTo(fleets, "0.11.0").map((course) => ({ ...course, gated: false }));
  expect(searchMoments(fleets, courses, RELEASES).offence?.rule).toBe("B-31");
});

test("a walk by hand, one instance at a time, agrees with the search about whether a rule is ever broken (B-30, B-31)", () => {
  const order = fc.shuffledSubarray(["api", "bridge", "agent", "host", "cli"] as Part[], {
    minLength: 5,
  });
  fc.assert(
    fc.property(order, fc.boolean(), (parts, isUp) => {
      const [from, to] = isUp ? ["0.10.0", "0.11.0"] : ["0.11.0", "0.10.0"];
      const fleets = parts.map((part) => fleet(part, [from, from]));
      const stages = parts.map((_, index) => ({ fleet: index, to }));
      const found =
        searchMoments(fleets, [{ name: "a run", stages }], RELEASES).offence !== undefined;
      expect(found).toBe(walkBreaks(parts, from, to));
    }),
  );
});

/** Two of each part change in the given order; true if an agent or a CLI is ever newer than an API beside it. */
function walkBreaks(parts: readonly Part[], from: string, to: string): boolean {
  const running = new Map(parts.map((part) => [part, [from, from]]));
  const isFine = () =>
    (["agent", "host", "cli"] as const).every((part) =>
      running.get(part)!.every((one) => running.get("api")!.every((api) => lte(one, api))),
    );
  for (const part of parts)
    for (const index of [0, 1]) {
      running.get(part)![index] = to;
      if (!isFine()) return true;
    }
  return false;
}
