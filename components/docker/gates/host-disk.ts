import { couldNotLook } from "../../upgrade/could-not-look";
import { inMebibytes } from "../../upgrade/counted";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import type { HostFacts } from "../facts/host-facts";

const { pass, warn, block, unknown } = gate("host-disk");

/** Something that takes room on the disk of a host. */
export interface DiskNeed {
  /** `the images of 1.1.0` */
  readonly what: string;
  readonly bytes: number;
}

/** What has to stay free: a PostgreSQL that cannot write stops. */
const LEFT = 512 * 1024 ** 2;

/** Lets an upgrade begin only if the disk of the host has room for all that it brings (S-05), images and copies of the database among it. */
export function hostDisk({
  host,
  needs,
  isBack = false,
  at,
}: {
  readonly host: Observation<Pick<HostFacts, "daemon" | "room">>;
  /** What comes to lie on the disk with images and volumes. */
  readonly needs: readonly DiskNeed[];
  /** True on a way back that leaves the database alone: a full disk must not stop it. @defaultValue false */
  readonly isBack?: boolean;
  /** The daemon's address. */
  readonly at: string;
}): readonly Finding[] {
  if (!host.observed) return [unknown(couldNotLook(at, "the Docker daemon", host.reason))];
  const { daemon, room } = host.value;
  const place = `the disk with ${daemon.root}`;
  if (!room.disk.observed) return [unknown(couldNotLook(at, place, room.disk.reason))];
  const wanted = LEFT + needs.reduce((sum, { bytes }) => sum + bytes, 0);
  const free = room.disk.value;
  const list = [
    ...needs.map(({ what, bytes }) => `${inMebibytes(bytes)} for ${what}`),
    `${inMebibytes(LEFT)} that stay free`,
  ].join(", ");
  return [
    free >= wanted
      ? pass({ at, found: `${inMebibytes(free)} free on ${place}, for ${list}` })
      : (isBack ? warn : block)({
          at,
          found: `${inMebibytes(free)} free on ${place}`,
          expected: `${inMebibytes(wanted)}: ${list}`,
          fix: "make room, such as with docker image prune, which leaves volumes alone",
        }),
  ];
}
