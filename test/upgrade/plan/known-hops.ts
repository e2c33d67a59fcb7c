import type { Hops, WayDown } from "../../../components/upgrade/plan/hops";

/** Last revision of each release of a product whose older programs do not serve on newer schemas. */
const HEADS: Readonly<Record<string, string>> = {
  "0.1.0": "r1",
  "0.1.1": "r1",
  "0.2.0": "r2",
  "0.3.0": "r3",
  "0.4.0": "r3",
};

const REVISIONS = ["r1", "r2", "r3"];

/** What is lost on the way down from each revision. */
const LOST: Readonly<Record<string, readonly string[]>> = { r2: ["places"], r3: [] };

/** What such a product knows: 0.2.0 breaks what runs, 0.3.0 deletes rows by itself, and going down from r2 loses the table `places`. */
export const knownHops: Hops = {
  revisions: REVISIONS,
  headOf: (release) => HEADS[release],
  broughtBy: (revision) => Object.keys(HEADS).find((release) => HEADS[release] === revision),
  dangers: (from, to) => {
    if (HEADS[to] === undefined || HEADS[from] === undefined)
      return { kind: "unknown", reason: `${to} is in no row` };
    const crossed = (release: string) => from < release && release <= to;
    return [
      ...(crossed("0.2.0")
        ? [{ consent: "window", why: "0.2.0: a table is renamed" } as const]
        : []),
      ...(crossed("0.3.0") ? [{ consent: "deletion", why: "0.3.0: old rows go" } as const] : []),
    ];
  },
  wayDown: (newer, older): WayDown => {
    const [above, below] = [HEADS[newer], HEADS[older]];
    if (above === undefined || below === undefined)
      return { kind: "unknown", reason: `${newer} or ${older} is in no row` };
    if (above === below) return { kind: "programs-only" };
    const undone = REVISIONS.slice(REVISIONS.indexOf(below) + 1, REVISIONS.indexOf(above) + 1);
    return {
      kind: "downgrade",
      revision: below,
      image: newer,
      deletes: undone.flatMap((one) => LOST[one] ?? []),
      comesBackEmpty: above === "r3" ? ["places.latitude"] : [],
    };
  },
};
