import { setTimeout as pause } from "node:timers/promises";
import type { Migration, MigrationLook, MigrationState } from "../../upgrade/platform";
import { StepFailure, type StepIo } from "../../upgrade/step-io";
import { logExcerpt } from "../log-excerpt";
import { migrationLog } from "./migration-log";

export interface MigrationOptions {
  /** Longest run of a migration, ours or another one, in seconds. */
  readonly deadlineSeconds: number;
  /** True if what it may have done is there no longer. */
  readonly isUndone: boolean;
  /** Says then why a complete one is run again. @defaultValue a restore has taken it away */
  readonly again?: string | undefined;
  /** What to do about one that has failed. @defaultValue as before a rollout, while the old release serves */
  readonly fix?: string | undefined;
}

/** Time for the migration's own deadline to end it first: its reason is better than ours. In seconds. */
const grace = 60;

/**
 * Brings a migration to its end, wherever an earlier run has left it: waits for another runner, starts it, makes a failed one again,
 * follows a running one, also through somebody's suspending it; runs a complete one again if what it did has been undone. Returns once it is complete, with the last lines of its
 * log; with none if it was complete before.
 *
 * @param beforeStart - done before it is started, unless it runs already.
 * @throws StepFailure with the reason and the last lines of its log.
 */
export async function runMigration(
  migration: Migration,
  options: MigrationOptions,
  io: StepIo,
  beforeStart: () => Promise<void>,
): Promise<readonly string[]> {
  await waitForOthers(migration, options, io);
  const found = await migration.state();
  if (found.state === "complete" && !options.isUndone) {
    io.say(`${migration.words} has completed before`);
    return [];
  }
  if (found.state === "active" || found.state === "waiting")
    io.say(`${migration.words} runs already`);
  else {
    await beforeStart();
    await start(migration, found, options, io);
  }
  return follow(migration, options, io);
}

/**
 * Returns once no other migration of the instance runs.
 *
 * @throws StepFailure that names it, if one still runs after the deadline.
 */
export async function waitForOthers(
  migration: Migration,
  { deadlineSeconds }: Pick<MigrationOptions, "deadlineSeconds">,
  io: StepIo,
): Promise<void> {
  const end = Date.now() + deadlineSeconds * 1000;
  for (let said = ""; ;) {
    const others = (await migration.others()).join(", ");
    if (others === "") return;
    if (others !== said) io.say(`waiting for another migration to end: ${others}`);
    said = others;
    if (Date.now() > end)
      throw new StepFailure(
        `another migration still runs after ${deadlineSeconds} s: ${others}`,
        "wait for it to end, or delete it if nothing of it works any more, then run the upgrade again",
      );
    await pause(1000, undefined, { signal: io.signal });
  }
}

async function start(
  migration: Migration,
  { state, reason }: MigrationState,
  { again }: MigrationOptions,
  io: StepIo,
): Promise<void> {
  if (state === "suspended") {
    io.say(`starting ${migration.words}`);
    return migration.start();
  }
  const why = {
    missing: "is gone",
    failed: `has failed before (${reason})`,
    complete: again ?? "has completed before a restore took away what it did",
  }[state as "missing" | "failed" | "complete"];
  io.say(`${migration.words} ${why}; making it again`);
  return migration.startAnew();
}

async function follow(
  migration: Migration,
  { deadlineSeconds, fix = MEND }: Pick<MigrationOptions, "deadlineSeconds" | "fix">,
  io: StepIo,
): Promise<readonly string[]> {
  const log = migrationLog(io);
  const limit = deadlineSeconds + grace;
  const end = Date.now() + limit * 1000;
  for (;;) {
    const look = await migration.look();
    log.follow(look.output);
    if (look.state === "complete") return log.tail();
    if (look.state === "missing" || look.state === "failed" || Date.now() > end)
      throw hasEnded(migration, look, log.tail(), { limit, fix });
    if (look.state === "suspended") {
      // A run from another checkout declares it as it was before its start.
      io.say(`somebody has suspended ${migration.words}; starting it again`);
      await migration.start();
    }
    if (look.problem !== undefined) {
      // Left as it is, it would keep the next one waiting. It has not touched the database.
      await migration.hold();
      throw new StepFailure(`the migration cannot start: ${look.problem.text}`, look.problem.fix);
    }
    await pause(1000, undefined, { signal: io.signal });
  }
}

const MEND =
  "mend what the lines name and run the upgrade again; what served before the migration serves meanwhile";

function hasEnded(
  { words }: Migration,
  { state, reason, message, exitCode }: MigrationLook,
  tail: readonly string[],
  { limit, fix }: { readonly limit: number; readonly fix: string },
): StepFailure {
  const code = exitCode === undefined ? "" : `, exit code ${exitCode}`;
  const why =
    state === "missing"
      ? "somebody deleted it"
      : state === "failed"
        ? `${reason}${code}${message === "" ? "" : ` (${message})`}`
        : `still ${state} after ${limit} s`;
  const lines =
    tail.length === 0 ? "it wrote nothing" : `it wrote: ${logExcerpt(tail).join(" | ")}`;
  return new StepFailure(`the migration failed: ${why}; ${words}; ${lines}`, fix);
}
