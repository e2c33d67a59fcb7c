import { StepFailure } from "../upgrade/step-io";
import type { ReadOnly } from "../upgrade/facts";
import type { Database } from "./database";

/**
 * SQL for what keeps a session from writing, as text: a {@link ReadOnly}, or null if nothing does. A replica says so of itself, also through a pooler.
 *
 * Source: PostgreSQL, pg_settings: `source` tells whether a setting is that of the role or the connection, or holds for all.
 */
export const readOnlySql = `(SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN 'replica'
    WHEN setting <> 'on' THEN NULL WHEN source IN ('user', 'database user', 'client', 'session') THEN 'role' ELSE 'everyone' END
  FROM pg_catalog.pg_settings WHERE name = 'default_transaction_read_only')`;

/** SQL that gives a row in a session with a replica, whose locks keep nobody away, and none with a server that takes writes. */
export const replicaSql = "SELECT 'replica' WHERE pg_catalog.pg_is_in_recovery();";

/** What a step says that has to write. */
export const takesNoWrites = ({ words }: Database, why: ReadOnly): StepFailure =>
  why === "replica"
    ? new StepFailure(
        `${words} is a replica, which takes no writes`,
        "connect to the primary; behind a pooler, to the entry that leads there",
      )
    : new StepFailure(
        `${words} takes no writes: default_transaction_read_only is on`,
        "see who has set it and why, and reset it, then run this again",
      );
