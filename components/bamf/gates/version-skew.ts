import { compare, gt, valid } from "semver";
import { couldNotLook } from "../../upgrade/could-not-look";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import type { Consent } from "../../upgrade/plan/consent";
import { readImage, shortName, type NamedImage } from "../../upgrade/image-name";
import { courseOfWaves } from "../skew/courses";
import { searchMoments, type Fleet, type Offence } from "../skew/moments";
import { skewOf, type Part, type Skew } from "../skew/rule";

const { pass, warn, block, unknown } = gate("version-skew");

/** Tags of the images that run now, each once, by the part of the product. */
export interface RunningTags {
  readonly api: readonly string[];
  readonly bridges: readonly string[];
  readonly proxies: readonly string[];
  readonly webs: readonly string[];
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
  /** Workloads whose image somebody else has written since this program did: `Deployment/bamf-web`. */
  readonly byHand: readonly string[];
  /** Consent to three releases side by side. */
  readonly consent: Consent | undefined;
  /** Namespace and context. */
  readonly at: string;
  /** Config path of what runs elsewhere, and of the consent. */
  readonly elsewhereAt: string;
  readonly consentAt: string;
}

/**
 * Holds what shall run and what runs against the product's rules of compatibility (B-30 to B-32): bridge, proxy and web of the API's own release, agents and CLIs at
 * most of it, at every moment of the run. Agents outside of the chart and CLIs tell nobody their version. What an upgrade that was cut off has left is ended or taken back before a third release
 * comes: only the one before and the wanted one run side by side.
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
  const third = thirdRelease(wanted, now);
  return [
    ...agentsOnTheWay(wanted, now).map(
      newer(
        at,
        mend(args.byHand.filter(isAgent), "nothing; agents of the chart change after the API"),
      ),
    ),
    ...skewOf({ api: wanted, ...elsewhere }).map(
      newer(
        elsewhereAt,
        `put them to ${wanted} or an older release first, then correct the stack file`,
      ),
    ),
    ...(third === undefined ? mixed(args, now) : [refused(args, third)]),
  ];
}

/** What an upgrade that was cut off has left, or somebody by hand: this run may end it. */
function mixed(args: VersionSkewArgs, now: RunningTags): readonly Finding[] {
  const [api = args.wanted, ...others] = now.api;
  const found =
    others.length > 0
      ? [{ found: `API ${now.api.join(" beside API ")}`, expected: "one release" }]
      : skewOf({ api, bridges: now.bridges, proxies: now.proxies, webs: now.webs });
  const fix = "nothing; an upgrade was cut off, and this run brings them together";
  return found.map((one) => warn({ ...one, at: args.at, fix: mend(byHandIn(args), fix) }));
}

/** As the chart names it. */
const isAgent = (workload: string): boolean => workload.endsWith("-agent");

/** What of that belongs to the API. */
const byHandIn = ({ byHand }: VersionSkewArgs): readonly string[] =>
  byHand.filter((workload) => !isAgent(workload));

/** The engine does not see what was set by hand, so that a run writes over it only where the release changes. */
const mend = (byHand: readonly string[], otherwise: string): string =>
  byHand.length === 0
    ? otherwise
    : `${byHand.join(", ")}: the image was set by hand; set it back with kubectl, or with pulumi refresh and then pulumi up at the release before`;

function refused(args: VersionSkewArgs, { found, expected, moment, now }: Third): Finding {
  const { wanted, consent, consentAt, at } = args;
  const said = { at, found: `${found}, ${moment}`, expected: `${expected} (B-32)` };
  if (consent?.release === wanted)
    return warn({ ...said, at: consentAt, fix: `nothing; consented: ${consent.reason}` });
  const first = mend(byHandIn(args), `bring all of them to ${now.join(" or ")}, which run already`);
  return block({
    ...said,
    fix: `${first}, then to ${wanted}; or set consents.skew to { release: "${wanted}", reason: "..." } in the stack file`,
  });
}

/** What belongs to the API, as fleets; a tag that is no version is left out, since it has no place in an order. */
const coreOf = ({ api, bridges, proxies, webs }: RunningTags): readonly Fleet[] => [
  fleet("api", "API", api),
  fleet("bridge", "bridge", bridges),
  fleet("proxy", "proxy", proxies),
  fleet("web", "web", webs),
];

/** The moment at which a third release comes to what is of two already. */
interface Third extends Offence {
  /** Releases that run now. */
  readonly now: readonly string[];
}

/** Undefined if none does: a run to one of the releases that run brings them together. */
function thirdRelease(wanted: string, running: RunningTags): Third | undefined {
  const core = coreOf(running);
  const now = inOrder(core.flatMap(({ versions }) => versions));
  const to = valid(wanted);
  if (to === null || now.includes(to)) return undefined;
  const course = courseOfWaves(`the way to ${to}`, core, to);
  const { offence } = searchMoments(core, [course], inOrder([...now, to]));
  return offence && { ...offence, now };
}

const inOrder = (releases: readonly string[]): readonly string[] =>
  [...new Set(releases)].sort(compare);

/** Agents of the chart that are newer than the API at some moment of this run, with that moment in words. */
function agentsOnTheWay(wanted: string, now: RunningTags): readonly Skew[] {
  const core = [...now.api, ...now.bridges, ...now.proxies, ...now.webs];
  const versions = [wanted, ...core, ...now.agents];
  // Without an API there is nothing to be newer than until the wanted one is there; what is no version cannot be put in an order.
  if (now.api.length === 0 || versions.some((version) => valid(version) === null))
    return skewOf({ api: wanted, agents: now.agents });
  const fleets = [...coreOf(now), fleet("agent", "agent", now.agents)];
  const releases = inOrder(versions.map((version) => valid(version) ?? ""));
  const course = courseOfWaves(`the way to ${wanted}`, fleets, wanted);
  const { offence } = searchMoments(fleets, [course], releases);
  if (offence?.rule !== "B-31") return [];
  return [{ ...offence, found: `${offence.found}, ${offence.moment}` }];
}

/** Each release by two instances, however many there are: between the first and the last one of a roll both releases run. */
const fleet = (part: Part, name: string, tags: readonly string[]): Fleet => ({
  part,
  name,
  versions: tags.flatMap((tag) => valid(tag) ?? []).flatMap((version) => [version, version]),
});
