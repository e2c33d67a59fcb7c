import { compare, gt, valid } from "semver";
import { couldNotLook } from "../../upgrade/could-not-look";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import { readImage, shortName, type NamedImage } from "../../upgrade/image-name";
import { courseOfWaves } from "../skew/courses";
import { searchMoments, type Fleet } from "../skew/moments";
import { skewOf, type Part, type Skew } from "../skew/rule";

const { pass, warn, block, unknown } = gate("version-skew");

/** Tags of the images that run now, each once, by the part of the product. */
export interface RunningTags {
  readonly api: readonly string[];
  readonly bridges: readonly string[];
  readonly proxies: readonly string[];
  readonly agents: readonly string[];
}

/** What this gate looks at. */
export interface VersionSkewArgs {
  /** The wanted release, without `v`. */
  readonly wanted: string;
  /** Tag of its images. */
  readonly tag: string;
  /** Every image that would run. */
  readonly images: readonly NamedImage[];
  readonly running: Observation<RunningTags>;
  /** Releases of the CLIs and of agents outside of the chart, as far as the stack file names them. */
  readonly elsewhere: { readonly clis: readonly string[]; readonly agents: readonly string[] };
  /** Namespace and context. */
  readonly at: string;
  /** Config path of what runs elsewhere. */
  readonly elsewhereAt: string;
}

/**
 * Holds what shall run and what runs against the product's rules of compatibility (B-30 to B-32): bridge, proxy and web of the API's own release, agents and CLIs at
 * most of it, at every moment of the run. Agents outside of the chart and CLIs tell nobody their version.
 *
 * Source: BAMF guide, "Version Compatibility".
 */
export function versionSkew(args: VersionSkewArgs): readonly Finding[] {
  const { running, at, wanted } = args;
  const findings = [
    ...args.images.flatMap((image) => judgeImage(image, args)),
    ...(running.observed
      ? besideTheApi(args, running.value)
      : [unknown(couldNotLook(at, "the running images", running.reason))]),
  ];
  return findings.length > 0
    ? findings
    : [
        pass({
          at,
          found: `nothing newer than the API of ${wanted}; agents on other hosts and CLIs do not tell their version`,
        }),
      ];
}

const newer =
  (at: string, fix: string) =>
  ({ rule, found, expected }: Skew): Finding =>
    warn({ at, found, expected: `${expected} (${rule})`, fix });

/** What the rules say of an image, by the last part of its name. */
const PARTS: Readonly<Record<string, "same" | "at most">> = {
  "bamf-api": "same",
  "bamf-bridge": "same",
  "bamf-proxy": "same",
  "bamf-web": "same",
  "bamf-agent": "at most",
};

function judgeImage(
  { at, image }: NamedImage,
  { tag, wanted }: VersionSkewArgs,
): readonly Finding[] {
  const rule = PARTS[shortName(image)];
  const found = readImage(image).tag;
  if (rule === undefined || found === undefined || found === tag) return [];
  if (rule === "at most" && (valid(found) === null || !gt(found, wanted))) return [];
  return [
    block({
      at,
      found: `image ${image}`,
      expected:
        rule === "same"
          ? `the tag ${tag}, as of the API (B-32)`
          : `a tag that is not newer than ${tag}, that of the API (B-31)`,
      fix: "remove its tag from the values; the version of the gateway decides",
    }),
  ];
}

function besideTheApi(args: VersionSkewArgs, now: RunningTags): readonly Finding[] {
  const { wanted, elsewhere, at, elsewhereAt } = args;
  const [api = wanted, ...others] = now.api;
  const mixed =
    others.length > 0
      ? [{ found: `API ${now.api.join(" beside API ")}`, expected: "one release" }]
      : skewOf({ api, bridges: now.bridges, proxies: now.proxies });
  return [
    ...agentsOnTheWay(wanted, now).map(
      newer(at, "nothing; agents of the chart change after the API"),
    ),
    ...skewOf({ api: wanted, ...elsewhere }).map(
      newer(
        elsewhereAt,
        `put them to ${wanted} or an older release first, then correct the stack file`,
      ),
    ),
    ...mixed.map(({ found, expected }) =>
      warn({
        at,
        found,
        expected,
        fix: "nothing; an upgrade was cut off, and this run brings them together",
      }),
    ),
  ];
}

/** Agents of the chart that are newer than the API at some moment of this run, with that moment in words. */
function agentsOnTheWay(wanted: string, now: RunningTags): readonly Skew[] {
  const versions = [wanted, ...now.api, ...now.bridges, ...now.proxies, ...now.agents];
  // Without an API there is nothing to be newer than until the wanted one is there; what is no version cannot be put in an order.
  if (now.api.length === 0 || versions.some((version) => valid(version) === null))
    return skewOf({ api: wanted, agents: now.agents });
  const fleets = [
    fleet("api", "API", now.api),
    fleet("bridge", "bridge", now.bridges),
    fleet("proxy", "proxy", now.proxies),
    fleet("agent", "agent", now.agents),
  ];
  const releases = [...new Set(versions.map((version) => valid(version) ?? ""))].sort(compare);
  const course = courseOfWaves(`the way to ${wanted}`, fleets, wanted);
  const { offence } = searchMoments(fleets, [course], releases);
  if (offence?.rule !== "B-31") return [];
  return [{ ...offence, found: `${offence.found}, ${offence.moment}` }];
}

const fleet = (part: Part, name: string, tags: readonly string[]): Fleet => ({
  part,
  name,
  versions: tags.map((tag) => valid(tag) ?? ""),
});
