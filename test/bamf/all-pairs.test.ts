import { describe, expect, test } from "vitest";
import { releaseOf } from "../../components/bamf/catalogue";
import { tagOf } from "../../components/bamf/chart-values";
import { consentsFor } from "../../components/bamf/consents";
import { planHop } from "../../components/bamf/hop";
import { translateValues } from "../../components/bamf/translate-values";
import { headsOf, wayBackBetween } from "../../components/bamf/way-back";
import { chartFor } from "../../components/config/chart-schema";
import { exampleBamf } from "./example";
import { INSTALLATION, type Layout } from "./installation";
import { known } from "./known";

/** Every tag with its head and its layout of values, as the trees of the tags say it. */
const TAGS: readonly (readonly [version: string, head: string, layout: Layout])[] = [
  ["0.0.0", "a3f1b2c4", "0.0.0-0.3.0"],
  ["0.1.0", "a3f1b2c4", "0.0.0-0.3.0"],
  ["0.2.0", "c5d8e3f2", "0.0.0-0.3.0"],
  ["0.2.1", "c5d8e3f2", "0.0.0-0.3.0"],
  ["0.3.0", "c5d8e3f2", "0.0.0-0.3.0"],
  ["0.3.1", "c5d8e3f2", "0.3.1-0.4.0"],
  ["0.3.2", "c5d8e3f2", "0.3.1-0.4.0"],
  ["0.4.0", "c5d8e3f2", "0.3.1-0.4.0"],
  ["0.5.0", "e7f0a5b4", "0.5.0"],
  ["0.6.0", "e7f0a5b4", "0.6.0-0.9.1"],
  ["0.7.0", "a2b3c4d5", "0.6.0-0.9.1"],
  ["0.8.0", "a2b3c4d5", "0.6.0-0.9.1"],
  ["0.8.1", "a2b3c4d5", "0.6.0-0.9.1"],
  ["0.8.2", "a2b3c4d5", "0.6.0-0.9.1"],
  ["0.8.3", "a2b3c4d5", "0.6.0-0.9.1"],
  ["0.8.4", "a2b3c4d5", "0.6.0-0.9.1"],
  ["0.8.5", "a2b3c4d5", "0.6.0-0.9.1"],
  ["0.8.6", "a2b3c4d5", "0.6.0-0.9.1"],
  ["0.9.0", "a2b3c4d5", "0.6.0-0.9.1"],
  ["0.9.1", "a2b3c4d5", "0.6.0-0.9.1"],
  ["0.10.0", "c4f5a6b7", "0.10.0-0.11.0"],
  ["0.11.0", "c4f5a6b7", "0.10.0-0.11.0"],
];

const NONE: readonly string[] = [];
const SSH = "certificate_authority.ssh_host_key";
const RECORDING = "session_recordings.recording_type";
const PLACES = ["outposts.latitude", "outposts.longitude"];

/**
 * What a downgrade from one head to another deletes, and what comes back empty, as Alembic has done it with a row in every table of a PostgreSQL 15.
 */
const LOST: Readonly<
  Record<string, readonly [deletes: readonly string[], empty: readonly string[]]>
> = {
  "c5d8e3f2 a3f1b2c4": [[SSH, RECORDING], NONE],
  "e7f0a5b4 a3f1b2c4": [[SSH, RECORDING, "outpost_tokens", "outposts"], NONE],
  "e7f0a5b4 c5d8e3f2": [["outpost_tokens", "outposts"], NONE],
  "a2b3c4d5 a3f1b2c4": [
    [SSH, RECORDING, "outpost_tokens", "outposts", "revoked_certificates"],
    NONE,
  ],
  "a2b3c4d5 c5d8e3f2": [["outpost_tokens", "outposts", "revoked_certificates"], NONE],
  "a2b3c4d5 e7f0a5b4": [["revoked_certificates"], NONE],
  "c4f5a6b7 a3f1b2c4": [[SSH, RECORDING, "edge_tokens", "edges", "revoked_certificates"], NONE],
  "c4f5a6b7 c5d8e3f2": [["edge_tokens", "edges", "revoked_certificates"], NONE],
  "c4f5a6b7 e7f0a5b4": [["revoked_certificates"], PLACES],
  "c4f5a6b7 a2b3c4d5": [NONE, PLACES],
};

/** The releases on whose arrival the programs before fail, and the one that begins to delete audit rows. */
const BREAKING = ["0.7.0", "0.10.0"];
const DELETING = "0.8.6";

const pairs = TAGS.flatMap((from, at) =>
  TAGS.map((to, aim) => ({
    from,
    to,
    path: TAGS.slice(Math.min(at, aim) + 1, Math.max(at, aim) + 1).map(([version]) => version),
    kind: at === aim ? "none" : at < aim ? "up" : "down",
  })),
).map((pair) => ({ ...pair, name: `${pair.from[0]} to ${pair.to[0]}` }));

test("the catalogue has a row for every tag, and no other", () => {
  expect(known.releases.map(({ version, head }) => [version, head])).toEqual(
    TAGS.map(([version, head]) => [version, head]),
  );
  expect(pairs).toHaveLength(484);
});

/** The chart at v0.0.0 had a version of its own. */
const CHART_OF_THE_FIRST = "0.1.0";

/** What is true of all pairs, in one test each: vitest is slow with thousands of them. */
const ofAll = (check: (pair: (typeof pairs)[number]) => void) => () => {
  for (const pair of pairs) check(pair);
};

const lostBetween = ({ from, to, kind }: (typeof pairs)[number]) => {
  const [older, newer] = kind === "down" ? [to, from] : [from, to];
  return { older, newer, lost: LOST[`${newer[1]} ${older[1]}`] };
};

const hopOf = ({ from, to }: (typeof pairs)[number]) => {
  const hop = planHop(known, { from: from[0], to: to[0] });
  if (hop.kind === "unknown") throw new Error(hop.reason);
  return hop;
};

test("each tag is a version in the stack file, forward and back: its chart, its images and its head follow from that line (B-03, B-26)", () => {
  const { chart } = exampleBamf();
  for (const [version, head] of TAGS) {
    const row = releaseOf(known, version);
    expect(chartFor(chart, version, row?.chart.version ?? "")).toEqual({
      oci: "oci://ghcr.io/mattrobinsonsre/bamf",
      version: version === "0.0.0" ? CHART_OF_THE_FIRST : version,
    });
    expect([tagOf(known, version), row?.head]).toEqual([`v${version}`, head]);
  }
});

describe("between any two tags", () => {
  test(
    "what it takes to go back to an older one, however far, is known (B-26)",
    ofAll(({ name, from, to, kind }) => {
      if (kind !== "down") return;
      const { kind: way } = wayBackBetween(known, { newer: from[0], older: to[0] });
      expect(["programs-only", "downgrade"], name).toContain(way);
    }),
  );

  test(
    "a values file of the one layout comes out as that of the other, without conflict",
    ofAll(({ name, from, to }) => {
      const translation = translateValues(known, INSTALLATION[from[2]], to[0]);
      if (translation.kind === "unknown") throw new Error(translation.reason);
      expect(translation.conflicts, name).toEqual([]);
      expect(translation.values, name).toEqual(INSTALLATION[to[2]]);
    }),
  );

  test(
    "the hop crosses each row between, though tags are skipped",
    ofAll((pair) => {
      const { name, from, to, path, kind } = pair;
      const hop = hopOf(pair);
      expect(hop.kind, name).toBe(kind);
      expect(
        hop.crossed.map(({ version }) => version),
        name,
      ).toEqual(path);
      expect(hop.major, name).toBe(minorOf(from[0]) !== minorOf(to[0]));
      expect(headsOf(known, { from: from[0], to: to[0] }), name).toEqual({
        from: from[1],
        to: to[1],
      });
    }),
  );

  test(
    "the way back follows from the two heads, and names what it loses",
    ofAll((pair) => {
      const { older, newer, lost } = lostBetween(pair);
      const wayBack = wayBackBetween(known, { newer: pair.from[0], older: pair.to[0] });
      if (older[1] === newer[1]) expect(wayBack.kind, pair.name).toBe("programs-only");
      else
        expect(wayBack, pair.name).toMatchObject({
          kind: "downgrade",
          revision: older[1],
          image: newer[0],
          deletes: lost?.[0],
          comesBackEmpty: lost?.[1],
        });
    }),
  );

  test(
    "it needs the consents to what it breaks and deletes, and no other",
    ofAll((pair) => {
      const { name, from, to, path, kind } = pair;
      const { older, newer } = lostBetween(pair);
      const wayBack = wayBackBetween(known, { newer: from[0], older: to[0] });
      const asked = consentsFor({ catalogue: known, hop: hopOf(pair), wayBack, values: {} });
      const up = [
        ...(minorOf(from[0]) === minorOf(to[0]) ? [] : ["major"]),
        ...(path.some((version) => BREAKING.includes(version)) ? ["window"] : []),
        ...(path.includes(DELETING) ? ["deletion"] : []),
      ];
      const down = older[1] === newer[1] ? [] : ["downgrade"];
      expect(
        asked.map(({ consent }) => consent),
        name,
      ).toEqual(kind === "none" ? [] : kind === "up" ? up : down);
    }),
  );
});

const minorOf = (version: string) => version.split(".")[1];
