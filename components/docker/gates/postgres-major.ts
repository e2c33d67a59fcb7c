import { couldNotLook } from "../../upgrade/could-not-look";
import { gate, type Finding } from "../../upgrade/finding";
import { readImage } from "../../upgrade/image-name";
import type { Observation } from "../../upgrade/observation";

const { pass, block, unknown } = gate("postgres-major");

/** What this gate looks at. */
export interface PostgresMajorArgs {
  /** Major version in the file PG_VERSION of the volume, as it stands there; undefined if the volume is empty or not there yet. */
  readonly data: Observation<string | undefined>;
  /** Name of the volume. */
  readonly volume: string;
  /** The image that is to run on it: `postgres:16-alpine`. */
  readonly image: string;
  /** Config path that names the image. */
  readonly at: string;
}

/**
 * Lets no PostgreSQL start on data of another major: it refuses to serve, and the gateway is gone until the old image is back. A change of the image's major is
 * a move of the data, and not part of an upgrade of the gateway.
 *
 * Source: PostgreSQL, "Upgrading a PostgreSQL Cluster": the data format differs between majors.
 */
export function postgresMajor({ data, volume, image, at }: PostgresMajorArgs): readonly Finding[] {
  if (!data.observed)
    return [unknown(couldNotLook(at, `PG_VERSION in volume ${volume}`, data.reason))];
  const [found, wanted] = [data.value, majorOf(image)];
  if (wanted === undefined)
    return [
      unknown({
        at,
        found: `image ${image}, whose tag does not tell the major of its PostgreSQL`,
        expected: "a tag that begins with the major, such as 16-alpine",
        fix: "name the major in the tag",
      }),
    ];
  if (found === undefined)
    return [pass({ at, found: `volume ${volume} without data, for PostgreSQL ${wanted}` })];
  if (found === wanted)
    return [pass({ at, found: `PostgreSQL ${wanted}, as in volume ${volume}` })];
  return [
    block({
      at,
      found: `image ${image} for volume ${volume}, whose data is of PostgreSQL ${found}`,
      expected: `an image of PostgreSQL ${found}`,
      fix: `set the image back to PostgreSQL ${found}; to change the major, take a backup, name a new volume beside the new image in one change, and restore into it`,
    }),
  ];
}

/** Major in a tag: `16` of `postgres:16-alpine`. Before PostgreSQL 10 it has two numbers, as PG_VERSION has. */
function majorOf(image: string): string | undefined {
  const [, first, second] = /^v?(\d+)(?:\.(\d+))?/.exec(readImage(image).tag ?? "") ?? [];
  if (first === undefined) return undefined;
  return Number(first) < 10 && second !== undefined ? `${first}.${second}` : first;
}
