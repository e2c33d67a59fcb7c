import { gate, type Finding } from "../../upgrade/finding";
import { readImage, shortName, type NamedImage } from "../../upgrade/image-name";
import type { Release } from "../catalogue";
import { CHART } from "../names";

const { pass, warn, block } = gate("chart-release");

/** Version that the chart has in the source, before anybody publishes it. */
const UNPUBLISHED = "0.0.0";

/** What this gate looks at. */
export interface ChartReleaseArgs {
  /** The chart that was rendered. */
  readonly chart: { readonly name: string; readonly version: string; readonly appVersion: string };
  /** The wanted release, without `v`. */
  readonly wanted: string;
  /** Its row in the catalogue; undefined if it has none. */
  readonly row: Release | undefined;
  /** Every image that would run. */
  readonly images: readonly NamedImage[];
  /** Config path of the chart. */
  readonly at: string;
}

/**
 * Lets only the chart of the wanted release in, and only images of a tag that was published: a chart has no `v`, a tag of an image has one, and older charts have
 * a default tag that was never published (T-21).
 *
 * Source: mattrobinsonsre/bamf, v0.4.0:scripts/publish.sh and v0.5.0:.github/workflows/ci.yml.
 */
export function chartRelease(args: ChartReleaseArgs): readonly Finding[] {
  const { chart, wanted, row, images, at } = args;
  const tag = row?.images.tag ?? `v${wanted}`;
  const findings = [
    ...judgeChart(args),
    ...images.filter(isOwn).flatMap((named) => judgeTag(named, chart.appVersion, tag)),
  ];
  return findings.length > 0
    ? findings
    : [pass({ at, found: `chart ${chart.name} ${chart.version} with images ${tag}` })];
}

function judgeChart({ chart, wanted, row, at }: ChartReleaseArgs): readonly Finding[] {
  const found = `chart ${chart.name} ${chart.version}`;
  const version = row?.chart.version ?? wanted;
  const expected = `chart ${CHART} ${version}, of release ${wanted}`;
  if (chart.name !== CHART)
    return [
      block({
        at,
        found,
        expected,
        fix: "name the product's own chart: oci://ghcr.io/mattrobinsonsre/bamf",
      }),
    ];
  if (chart.version === version) return [];
  if (chart.version === UNPUBLISHED)
    return [
      warn({
        at,
        found: `${found}, as the source has it: it tells of no release`,
        expected,
        fix: `take the published chart, or see that its source is at the tag of ${wanted}`,
      }),
    ];
  return [
    block({
      at,
      found,
      expected,
      fix: `set the chart's version to "${version}", without v, or the version of the gateway to that of the chart`,
    }),
  ];
}

/** An image that has the chart's default tag where the release was published by another one. */
function judgeTag({ at, image }: NamedImage, byDefault: string, tag: string): readonly Finding[] {
  const found = readImage(image).tag;
  if (found !== byDefault || byDefault === tag) return [];
  return [
    block({
      at,
      found: `image ${image}, the chart's default tag, which was never published`,
      expected: `the tag ${tag}`,
      fix: `set the tag of this image to ${tag} in the values`,
    }),
  ];
}

const isOwn = ({ image }: NamedImage): boolean => shortName(image).startsWith(`${CHART}-`);
