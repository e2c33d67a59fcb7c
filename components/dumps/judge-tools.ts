import { majorOf } from "../postgres/client-version";
import { StepFailure } from "../upgrade/step-io";

/** Versions that have to fit one another: `15.18`. */
export interface ToolVersions {
  readonly server: string;
  readonly pgDump: string;
  /** Version of the program that restores: pg_restore, or psql where the dump is plain. */
  readonly pgRestore: string;
  /** Name of that program. */
  readonly restoreTool: string;
  /** Of the server on which the restore is tried. */
  readonly scratchServer: string;
}

/**
 * Refuses programs that cannot save this server, or whose proof would mean nothing.
 *
 * @throws StepFailure
 */
export function judgeTools(versions: ToolVersions): void {
  const { server, pgDump, pgRestore, scratchServer } = versions;
  if (majorOf(server) < 13) {
    throw new StepFailure(
      `the server is PostgreSQL ${server}; backups are proven from version 13 on`,
      "upgrade the database server first",
    );
  }
  if (majorOf(pgDump) < majorOf(server) || majorOf(pgRestore) < majorOf(pgDump)) {
    throw new StepFailure(
      `pg_dump ${pgDump} and ${versions.restoreTool} ${pgRestore} cannot save a server of version ${server}`,
      `install the client programs of PostgreSQL ${majorOf(server)} or newer where the backup runs`,
    );
  }
  if (majorOf(scratchServer) < majorOf(server)) {
    throw new StepFailure(
      `the server for the proof is PostgreSQL ${scratchServer}, older than the source's ${server}`,
      "name a server of the same version for the proof (backup.scratch, gateways:<product>ScratchUrl)",
    );
  }
}
