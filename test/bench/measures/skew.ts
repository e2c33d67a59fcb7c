import { courseBehindApi, courseWithoutSkew } from "../../../components/bamf/skew/courses";
import { searchMoments, type Fleet } from "../../../components/bamf/skew/moments";
import type { Part } from "../../../components/bamf/skew/rule";
import type { Measure } from "../measure";

const RELEASES = ["0.9.1", "0.10.0", "0.11.0"];
const STATES = 1_000_000;

/** Instances of each fleet: a cluster, a canary group and two groups of ten hosts, and CLIs. */
const SIZES: readonly (readonly [Part, string, number])[] = [
  ["api", "API", 3],
  ["bridge", "bridge", 4],
  ["proxy", "proxy", 2],
  ["web", "web", 2],
  ["agent", "agents of the chart", 2],
  ["host", "group canary", 2],
  ["host", "group east", 10],
  ["host", "group west", 10],
  ["cli", "CLI", 2],
];

/** How long the search of the moments of BAMF's upgrades takes. */
export const skew: Measure = {
  name: "skew",
  title: "Moments of an upgrade of BAMF",
  about: `The search of ${STATES} different moments that runs to three releases can bring about, each cut off anywhere, with a line each in the stack file for the cluster, the agents on hosts and the CLIs: every one is held against the rules of versions.`,
  run: ({ runs, say }) => {
    const fleets = SIZES.map(([part, name, size]): Fleet => ({
      part,
      name,
      versions: Array.from({ length: size }, () => RELEASES[0] ?? ""),
    }));
    const courses = RELEASES.flatMap((to) => [
      courseWithoutSkew(to, fleets, to, ["api", "bridge", "proxy", "web", "agent"]),
      courseBehindApi(to, fleets, ["host"], to),
      courseBehindApi(to, fleets, ["cli"], to),
    ]);
    const ours = Array.from({ length: runs }, () => {
      const started = performance.now();
      const { states, offence } = searchMoments(fleets, courses, RELEASES, STATES);
      if (states !== STATES || offence !== undefined)
        throw new Error(`${states} moments, ${offence?.moment ?? "none of them at fault"}`);
      const seconds = (performance.now() - started) / 1000;
      say(`${states} moments in ${seconds.toFixed(1)} s`);
      return seconds;
    });
    return Promise.resolve({
      comparisons: [{ title: `${STATES} moments`, ours }],
      facts: [
        "None of these moments breaks a rule; without the gates, or in another order, some do (see the tests of components/bamf/skew).",
      ],
    });
  },
};
