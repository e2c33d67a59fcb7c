import { z } from "zod";
import type { Risk } from "../upgrade/plan/restore-need";
import { wordsOf } from "../upgrade/step-io";
import type { Database } from "./database";
import { openSession, type Session } from "./session";
import { within } from "./within";

export interface CountOptions {
  /** Name under which the server lists the session. */
  readonly label: string;
  /** Longest time that the server may count, in seconds. */
  readonly seconds: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Counts in one snapshot of a database, keeps no writer waiting, and gives up in time. Changes nothing. Never throws: if it cannot count, it says why.
 *
 * @param count - its own failures are told as well
 */
export async function countInTime(
  database: Database,
  { label, seconds, signal }: CountOptions,
  count: (session: Session) => Promise<Risk>,
): Promise<Risk> {
  try {
    // A server that has stopped answering does not watch its own limit.
    return await within(seconds + 5, database.words, async (limit) => {
      const stop = signal === undefined ? limit : AbortSignal.any([signal, limit]);
      const session = openSession(database, label, stop);
      try {
        await session.query(
          `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = '${seconds}s';`,
        );
        return await count(session);
      } finally {
        await session.close();
      }
    });
  } catch (error) {
    const words = wordsOf(error);
    return notCountable(
      /statement timeout/.test(words) ? `counting takes longer than ${seconds} s` : words,
    );
  }
}

export const notCountable = (reason: string): Risk => ({ countable: false, reason });

const countSchema = z.object({ name: z.string(), rows: z.int() });

/** Sums up what was counted: one JSON object with `name` and `rows` a line. Places without a row are left out, and the fullest comes first. */
export function sumUp(lines: readonly string[]): Risk {
  const tables = lines
    .map((line) => countSchema.parse(JSON.parse(line)))
    .filter((table) => table.rows > 0)
    .toSorted((a, b) => b.rows - a.rows || (a.name < b.name ? -1 : 1));
  return { countable: true, total: tables.reduce((sum, one) => sum + one.rows, 0), tables };
}
