import { coerce, lt } from "semver";
import { couldNotLook } from "../../upgrade/could-not-look";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import type { HostFacts } from "../facts/host-facts";
import { platformWords } from "../objects/image-platform";

const { pass, warn, block, unknown } = gate("daemon");

/** API of Docker 20.10: the oldest whose answers are known to be as they are read. */
const OLDEST_API = "1.41";

/**
 * Lets an upgrade begin only if the Docker daemon answers and is one that is known: containers of Linux, an API that is not too old. A version below the one
 * that the product asks for, and one with which containers end, are told and stop nothing.
 */
export function daemon({
  host,
  oldestVersion,
  at,
}: {
  readonly host: Observation<Pick<HostFacts, "daemon">>;
  /** The oldest Docker that the product supports: `24.0.0`; undefined if it says nothing. */
  readonly oldestVersion: string | undefined;
  /** The daemon's address. */
  readonly at: string;
}): readonly Finding[] {
  if (!host.observed) return [unknown(couldNotLook(at, "the Docker daemon", host.reason))];
  const { name, version, apiVersion, platform, liveRestore } = host.value.daemon;
  if (platform.os !== "linux")
    return [
      block({
        at,
        found: `a daemon of ${platformWords(platform)} containers`,
        expected: "one of Linux containers",
        fix: "name the daemon of a Linux host",
      }),
    ];
  if (isOlder(apiVersion, OLDEST_API))
    return [
      block({
        at,
        found: `Docker ${version} with API ${apiVersion === "" ? "of unknown version" : apiVersion}`,
        expected: `API ${OLDEST_API} or newer, which is Docker 20.10`,
        fix: "update Docker on the host; with live-restore its containers go on meanwhile",
      }),
    ];
  const warnings = [
    ...(oldestVersion !== undefined && isOlder(version, oldestVersion)
      ? [
          warn({
            at,
            found: `Docker ${version} on ${name}`,
            expected: `Docker ${oldestVersion} or newer, as the product asks for`,
            fix: "update Docker on the host before something is missed",
          }),
        ]
      : []),
    ...(liveRestore === false ? [endsWithIt(at, version)] : []),
  ];
  return warnings.length > 0
    ? warnings
    : [pass({ at, found: `Docker ${version} on ${name}, ${platformWords(platform)}` })];
}

/** After a crash it stops what has outlived it, as if by hand, and its restart policies start nothing again (seen with Docker 20.10). */
const endsWithIt = (at: string, version: string): Finding =>
  warn({
    at,
    found: `Docker ${version} without live-restore`,
    expected:
      "live-restore: a daemon that comes back after a crash stops every container without it, and starts none",
    fix: 'set "live-restore": true in /etc/docker/daemon.json, and run systemctl reload docker',
  });

/** What is no version counts as older than any. */
function isOlder(found: string, wanted: string): boolean {
  const [one, other] = [coerce(found), coerce(wanted)];
  return one === null || (other !== null && lt(one, other));
}
