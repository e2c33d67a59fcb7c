import { couldNotLook } from "../../upgrade/could-not-look";
import { gate, type Finding } from "../../upgrade/finding";
import { readImage } from "../../upgrade/image-name";
import type { Observation } from "../../upgrade/observation";

const { pass, warn, block, unknown } = gate("postgres-major");

/** What this gate looks at. */
export interface PostgresMajorArgs {
  /** Major version in the file PG_VERSION of the volume, as it stands there; undefined if the volume is empty or not there yet. */
  readonly data: Observation<string | undefined>;
  /** True if the container of the database is not there, and this run makes it. @defaultValue false */
  readonly away?: boolean;
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
export function postgresMajor({
  data,
  away = false,
  volume,
  image,
  at,
}: PostgresMajorArgs): readonly Finding[] {
  if (!data.observed && away) return [notLookedAt(volume, image, at)];
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
      fix: `set the image back to PostgreSQL ${found}; to change the major, docker stop gateway and observer, dump the database, restore it into a new volume as docs/docker.md says of a volume that is gone but leave the stopped container of that restore there, name volume and image in one change, and remove that container after the pulumi up`,
    }),
  ];
}

/** Without a container nobody looks into a volume. The wrong PostgreSQL refuses that data and leaves it alone, so that this stops nothing. */
const notLookedAt = (volume: string, image: string, at: string): Finding =>
  warn({
    at,
    found: `volume ${volume}, into which nobody can look before this run has made or started the container of the database`,
    expected: `data of the major of ${image}`,
    fix: "nothing, if the image is of the major that it was; PostgreSQL of another one would not start, and leaves the data as it is",
  });

/** Major in a tag: `16` of `postgres:16-alpine`. Before PostgreSQL 10 it has two numbers, as PG_VERSION has. */
function majorOf(image: string): string | undefined {
  const [, first, second] = /^v?(\d+)(?:\.(\d+))?/.exec(readImage(image).tag ?? "") ?? [];
  if (first === undefined) return undefined;
  return Number(first) < 10 && second !== undefined ? `${first}.${second}` : first;
}
