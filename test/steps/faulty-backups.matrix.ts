import { matrix } from "../matrix/matrix";
import type { BackupWorld } from "./backup-world";

/** What the backup says, and what is planted in its way. */
type Fault = readonly [RegExp, (world: BackupWorld) => Promise<void>];

const cells: Readonly<Record<string, Fault>> = {
  "a dump that is cut off and still exits with 0": [
    /the dump could not be restored/,
    ({ fake }) => fake("pg_dump", `"$real" "$@" | head -c 65536; exit 0`),
  ],
  "a dump that is empty and exits with 0": [
    /the dump could not be restored/,
    ({ fake }) => fake("pg_dump", "exit 0"),
  ],
  "a dump that fails after its last byte": [
    /pg_dump did not finish: no more/,
    ({ fake }) => fake("pg_dump", `"$real" "$@"; echo "pg_dump: error: no more" >&2; exit 1`),
  ],
  "a dump that holds the schema alone and exits as if it were whole": [
    /table \S+ has \d+ rows, its copy 0/,
    ({ fake }) => fake("pg_dump", `exec "$real" --schema-only "$@"`),
  ],
  "a dump that holds all but one table and exits as if it were whole": [
    /table public\.child is missing in the copy/,
    ({ fake }) => fake("pg_dump", `exec "$real" --exclude-table=child "$@"`),
  ],
  "a dump that holds all but the rows of one table and exits as if it were whole": [
    /table public\.child has 1 rows, its copy 0/,
    ({ fake }) => fake("pg_dump", `exec "$real" --exclude-table-data=child "$@"`),
  ],
  "a dump in an encoding that cannot hold its texts": [
    /pg_dump did not finish: Dumping the contents of table "/,
    ({ fake }) => fake("pg_dump", `exec "$real" --encoding=LATIN1 "$@"`),
  ],
  "a restored copy that lacks a row": [
    /table public\.events_1 has \d+ rows, its copy \d+/,
    ({ afterRestore }) => afterRestore(`DELETE FROM events WHERE body = 'x' AND at = '2025-06-02'`),
  ],
  "a restored copy with one other value": [
    /the rows of table public\.child differ in the copy/,
    ({ afterRestore }) => afterRestore(`UPDATE child SET b = 4`),
  ],
  "a restored copy without an index": [
    /index public\.events_body_idx is missing in the copy/,
    ({ afterRestore }) => afterRestore(`DROP INDEX events_body_idx`),
  ],
  "a disk that keeps less than it was given": [
    /is damaged/,
    ({ fake }) =>
      fake("zstd", `case "$1" in -1) "$real" "$@" | head -c 9000 ;; *) exec "$real" "$@" ;; esac`),
  ],
  "a pg_dump that is older than the server": [
    /pg_dump 12\.4 and pg_restore 15/,
    ({ replace }) => replace("pg_dump", "echo 'pg_dump (PostgreSQL) 12.4'"),
  ],
};

/** Backups that look whole and are not. */
export default matrix({ name: "faulty-backups", sample: 4, cells });
