import { compare, parse, type SemVer } from "semver";

/** A rule about versions that is broken, or could not be asked. */
export interface Skew {
  readonly rule: "B-30" | "B-31" | "B-32";
  readonly kind: "broken" | "unknown";
  /** What runs, in words. */
  readonly found: string;
  readonly expected: string;
}

/** Parts of the product whose versions the rules speak of. */
export type Part = "api" | "bridge" | "proxy" | "web" | "agent" | "host" | "cli";

interface PartRule {
  readonly words: string;
  /** The rule of the guide; of the API, that of what belongs to it. */
  readonly rule: Skew["rule"];
  /** True of what belongs to the API, and false of what may be older. */
  readonly isCore: boolean;
}

/** The one table of the rules, in the order in which a release comes. Source: BAMF guide, "Version Compatibility". */
export const PARTS: Readonly<Record<Part, PartRule>> = {
  api: { words: "API", rule: "B-32", isCore: true },
  bridge: { words: "bridge", rule: "B-32", isCore: true },
  proxy: { words: "proxy", rule: "B-32", isCore: true },
  web: { words: "web", rule: "B-32", isCore: true },
  agent: { words: "agent", rule: "B-31", isCore: false },
  host: { words: "agent on hosts", rule: "B-31", isCore: false },
  cli: { words: "CLI", rule: "B-30", isCore: false },
};

/** A set of versions as bits: bit 0 is the oldest of those that are told apart. */
export type Bits = number;

/** Those of the versions that are newer than the oldest API that runs: whoever has one of them may meet that API. */
export const newerThanApi = (versions: Bits, api: Bits): Bits =>
  // Two's complement: the bits above the lowest one of the API.
  api === 0 ? 0 : versions & ~((((api & -api) << 1) - 1) >>> 0);

/** True if what belongs together is of more releases than one roll brings side by side, which are the one before and the wanted one. */
export function isTornApart(core: Bits): boolean {
  const withoutLowest = core & (core - 1);
  return (withoutLowest & (withoutLowest - 1)) !== 0;
}

/** What runs side by side: versions with or without `v`; none where there is none of the kind. */
export interface Versions {
  readonly api: string;
  readonly bridges?: readonly string[];
  readonly proxies?: readonly string[];
  readonly webs?: readonly string[];
  readonly agents?: readonly string[];
  /** Of agents on hosts of their own. */
  readonly hosts?: readonly string[];
  readonly clis?: readonly string[];
}

/**
 * Holds versions at rest against the product's rules: a CLI and an agent are not newer than the API; bridge, proxy and web are the same. In the middle of a roll the
 * last rule is broken for a while, by design: `searchMoments` knows what a roll may bring side by side.
 */
export function skewOf(versions: Versions): readonly Skew[] {
  const {
    api,
    bridges = [],
    proxies = [],
    webs = [],
    agents = [],
    hosts = [],
    clis = [],
  } = versions;
  const all = { cli: clis, agent: agents, host: hosts, bridge: bridges, proxy: proxies, web: webs };
  return Object.entries(all).flatMap(([part, found]) =>
    found.flatMap((version) => judge(part as Part, version, api)),
  );
}

function judge(part: Part, version: string, api: string): readonly Skew[] {
  const { words, rule, isCore } = PARTS[part];
  const [one, other] = [parse(version), parse(api)];
  if (one === null || other === null) {
    const found = `${words} ${version} beside API ${api}, which cannot be compared`;
    return [{ rule, kind: "unknown", found, expected: "versions" }];
  }
  if (isCore ? compare(one, other) === 0 : isNotNewer(one, other)) return [];
  const expected = isCore ? `${api}, as the API` : `at most ${api}`;
  return [{ rule, kind: "broken", found: `${words} ${version} beside API ${api}`, expected }];
}

function isNotNewer(version: SemVer, api: SemVer): boolean {
  const order = [version, api].sort(compare);
  const bit = (one: SemVer): Bits => 1 << order.findIndex((each) => compare(each, one) === 0);
  return newerThanApi(bit(version), bit(api)) === 0;
}
