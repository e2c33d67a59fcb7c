import { StepFailure } from "../../upgrade/step-io";

/**
 * Refuses to call a migration done that has not changed the database which was saved: its log names migrations, and the saved database holds
 * none of them.
 *
 * Source: `mnemom/smoltbot@v2.1.0`, migration runner: it writes the file name of each migration that it applies.
 *
 * @param log - lines of the migration that ran; none if none did.
 * @param applied - migrations of the saved database afterwards.
 * @throws StepFailure
 */
export function judgeMigrated(
  log: readonly string[],
  applied: readonly string[],
  database: string,
): void {
  const named = log.flatMap((line) => line.match(/[\w.-]+\.sql\b/g) ?? []);
  if (named.length === 0 || named.some((name) => applied.includes(name))) return;
  throw new StepFailure(
    `the migration has changed another database than ${database}, which was saved: it names ${[...new Set(named)].join(", ")}, and ${database} holds none of them`,
    "let gateways:<product>DatabaseUrl and the URL that the pods have name one database; save the one that was migrated by hand before anything else is done",
  );
}
