import { compare, parse } from "semver";
import { valueAt, type Values } from "../upgrade/values";

/** A rule about versions that is broken, or could not be asked. */
export interface Skew {
  readonly rule: "B-30" | "B-31" | "B-32";
  readonly kind: "broken" | "unknown";
  /** What runs, in words. */
  readonly found: string;
  readonly expected: string;
}

/** What runs side by side: versions with or without `v`; none where there is none of the kind. */
export interface Versions {
  readonly api: string;
  readonly bridges?: readonly string[];
  readonly proxies?: readonly string[];
  readonly agents?: readonly string[];
  readonly clis?: readonly string[];
}

/**
 * Holds versions against the product's rules: a CLI and an agent are not newer than the API, bridge and proxy are the same. In the middle of a roll the last rule
 * is broken for a while, by design.
 *
 * Source: BAMF guide, "Version Compatibility".
 */
export function skewOf({
  api,
  bridges = [],
  proxies = [],
  agents = [],
  clis = [],
}: Versions): readonly Skew[] {
  return [
    ...clis.flatMap((cli) => judge("B-30", "CLI", cli, api, isNotNewer, `at most ${api}`)),
    ...agents.flatMap((agent) => judge("B-31", "agent", agent, api, isNotNewer, `at most ${api}`)),
    ...bridges.flatMap((one) => judge("B-32", "bridge", one, api, isSame, `${api}, as the API`)),
    ...proxies.flatMap((one) => judge("B-32", "proxy", one, api, isSame, `${api}, as the API`)),
  ];
}

function judge(
  rule: Skew["rule"],
  what: string,
  version: string,
  api: string,
  isFine: (order: number) => boolean,
  expected: string,
): readonly Skew[] {
  const [one, other] = [parse(version), parse(api)];
  if (one === null || other === null) {
    const found = `${what} ${version} beside API ${api}, which cannot be compared`;
    return [{ rule, kind: "unknown", found, expected: "versions" }];
  }
  if (isFine(compare(one, other))) return [];
  return [{ rule, kind: "broken", found: `${what} ${version} beside API ${api}`, expected }];
}

const isNotNewer = (order: number): boolean => order <= 0;
const isSame = (order: number): boolean => order === 0;

/** Images that go with the chart, by the value that names their tag, in the layouts since 0.6.0. */
const TAGS = [
  "core.api",
  "core.web",
  "edge.bridge",
  "edge.proxy",
  "outpost.bridge",
  "outpost.proxy",
];

/** Values that give one part of the product another tag than the release's, which B-32 forbids. The agent's may differ: it is held until its turn. */
export const tagsApart = (values: Values, tag: string): readonly string[] =>
  TAGS.map((part) => `${part}.image.tag`).filter((path) => {
    const set = valueAt(values, path.split(".")) ?? "";
    return set !== "" && set !== tag;
  });
