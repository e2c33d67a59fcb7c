import { couldNotLook } from "../../upgrade/could-not-look";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import type { Sums } from "../facts/assets";

const { pass, warn, block, unknown } = gate("release-assets");

/** What this gate looks at. */
export interface ReleaseAssetsArgs {
  readonly release: string;
  /** Names of the files that hosts need. */
  readonly needed: readonly string[];
  /** Sums as the list of the release has them now. */
  readonly sums: Observation<Sums>;
  /** Sums by which the release is known here: from when it was verified, else from its list. */
  readonly wanted: Sums;
  /** Sums with which this stack has verified it; undefined if it never has. */
  readonly verified: Sums | undefined;
  /** Size of each file that would have to be brought, as a look at it; none of a file that each host has. */
  readonly sizes: Readonly<Record<string, Observation<number | undefined>>>;
  /** Where the files come from. */
  readonly at: string;
}

/**
 * Lets a rollout begin only if the release has its list of sums, with each file that a host needs, and those files are there (T-31, B-36). A release that this stack has
 * verified is known by its sums: on the way back nothing has to be fetched, and another file that is published under its name since is brought to no host.
 */
export function releaseAssets(args: ReleaseAssetsArgs): readonly Finding[] {
  const { release, needed, sums, wanted, verified, at } = args;
  const known = needed.filter((asset) => wanted[asset] !== undefined);
  const findings = [
    ...(sums.observed ? unlisted(args, known) : unread(args, known, sums.reason)),
    ...changed(verified, sums, args),
    ...absent(args),
  ];
  return findings.length > 0
    ? findings
    : [pass({ at, found: `${release}, with sums of ${known.join(", ")}` })];
}

const unlisted = (
  { release, needed, at }: ReleaseAssetsArgs,
  known: readonly string[],
): readonly Finding[] =>
  needed
    .filter((asset) => !known.includes(asset))
    .map((asset) =>
      block({
        at,
        found: `checksums.txt of ${release} without ${asset}`,
        expected: "the sum of each file that a host needs",
        fix: "see whether it is the list of that release, or choose a release that has that file",
      }),
    );

function unread(
  { release, needed, at }: ReleaseAssetsArgs,
  known: readonly string[],
  reason: string,
): readonly Finding[] {
  if (known.length < needed.length || needed.length === 0)
    return [unknown(couldNotLook(at, `checksums.txt of ${release}`, reason))];
  return [
    warn({
      at,
      found: `no look at checksums.txt of ${release}: ${reason}; it is known by the sums with which this stack has verified it`,
      expected: "a list that can be read",
      fix: "see that it can be read; a host that has kept the binary needs nothing from there",
    }),
  ];
}

function changed(
  verified: Sums | undefined,
  sums: Observation<Sums>,
  { release, needed, sizes, at }: ReleaseAssetsArgs,
): readonly Finding[] {
  if (!sums.observed || verified === undefined) return [];
  return needed.flatMap((asset) => {
    const [was, is] = [verified[asset], sums.value[asset]];
    if (was === undefined || is === was) return [];
    const found =
      is === undefined
        ? `checksums.txt of ${release} without ${asset}, which this stack has verified`
        : `${asset} of ${release} with another sum than the one that this stack has verified`;
    const expected = "a release that stays as it was published";
    return asset in sizes
      ? block({
          at,
          found: `${found}, and a host has no file of that sum`,
          expected,
          fix: `see who has changed it: put the file with sha256 ${was} back there, and publish the other one as another release`,
        })
      : warn({
          at,
          found: `${found}; each host that answers has the verified file, and this run takes that`,
          expected,
          fix: "see who has changed it; if that was meant, publish it as another release",
        });
  });
}

const absent = ({ sizes, at }: ReleaseAssetsArgs): readonly Finding[] =>
  Object.entries(sizes).flatMap(([asset, look]) =>
    look.observed
      ? []
      : [
          block({
            at,
            found: `no ${asset}: ${look.reason}`,
            expected: "the file that hosts are to get",
            fix: "see that it is there; hosts that have it already need none",
          }),
        ],
  );
