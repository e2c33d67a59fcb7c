import { isOfMajor } from "../upgrade/plan/plan";
import { dumpName } from "./dump-name";
import type { Manifest } from "./manifest";
import { majorOf } from "../postgres/client-version";
import { StepFailure } from "../upgrade/step-io";

/** The dump that an operator has named, and for what. */
export interface WantedDump {
  readonly gateway: string;
  readonly stack: string;
  /** The release that needs it. */
  readonly release: string;
  /** File name of the dump. */
  readonly dump: string;
}

/** Where the dump would go. */
export interface Destination {
  readonly database: string;
  /** Number that the server was given when it was made; undefined if the role may not read it. */
  readonly systemIdentifier: string | undefined;
  /** Version of the server: `15.18`. */
  readonly server: string;
  readonly encoding: string;
  /** Version of pg_restore where the database is reached. */
  readonly pgRestore: string;
}

/**
 * Refuses a dump that is whole and proven, and still not the one to restore here.
 *
 * @throws StepFailure naming the first reason.
 */
export function judgeDump(
  { gateway, stack, release, dump }: WantedDump,
  manifest: Manifest,
  to: Destination,
): void {
  const refuse = (found: string, fix = "name the dump that the preview names"): never => {
    throw new StepFailure(`${dump} is not restored: ${found}`, fix);
  };
  if (manifest.gateway !== gateway || manifest.stack !== stack)
    refuse(`it is of ${manifest.gateway} in ${manifest.stack}, not of ${gateway} in ${stack}`);
  if (!isNamed(dump, manifest))
    refuse("its manifest is that of another dump, by moment, release or form");
  const { source, running, tools } = manifest;
  if (source.database !== to.database)
    refuse(
      `it is of database ${source.database}, and the live one is ${to.database}`,
      "check the connection string; if the database was renamed, restore the dump by hand as docs/going-back.md says",
    );
  const { systemIdentifier: origin } = manifest;
  if (origin !== undefined && to.systemIdentifier !== undefined && origin !== to.systemIdentifier)
    refuse(
      `it is of another server (system identifier ${origin}) with a database of that name; this server's is ${to.systemIdentifier}`,
      "check the connection string; if this server was made anew in the place of that one, restore the dump by hand as docs/going-back.md says",
    );
  if (running.length > 0 && !running.some((one) => isOfMajor(release, one)))
    refuse(`it shows the database of ${running.join(", ")}, which ${release} cannot read`);
  if (source.encoding !== to.encoding)
    refuse(
      `its texts are in ${source.encoding}, those of the live database in ${to.encoding}`,
      "check the connection string; if the database was made anew, restore the dump by hand as docs/going-back.md says",
    );
  if (majorOf(source.server) > majorOf(to.server))
    refuse(
      `it was taken from PostgreSQL ${source.server}, and this server is ${to.server}`,
      "restore on a server of that version or newer",
    );
  if (majorOf(tools.pgDump) > majorOf(to.pgRestore))
    refuse(
      `pg_dump ${tools.pgDump} has written it, and pg_restore here is ${to.pgRestore}`,
      `install the client programs of PostgreSQL ${majorOf(tools.pgDump)} or newer where the restore runs`,
    );
}

/** Whether a dump bears the name that its manifest gives it; the second dump of a second has a number in it. */
function isNamed(dump: string, { archive, takenAt, ...manifest }: Manifest): boolean {
  const encrypted = manifest.encryption !== undefined;
  const title = { ...manifest, ...archive, encrypted, takenAt: Date.parse(takenAt) };
  const [start = "", end = ""] = dumpName(title, 0).split(/\.0(?=(?:\.[a-z]+){2,3}$)/);
  const number = dump.slice(start.length, dump.length - end.length);
  return dump.startsWith(start) && dump.endsWith(end) && /^(\.\d+)?$/.test(number);
}
