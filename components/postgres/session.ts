import { createInterface } from "node:readline";
import type { Database } from "./database";
import { psqlArguments, sessionSettings } from "./session-settings";
import { sqlText } from "./sql-text";

/** A connection that is held open: for a snapshot, a lock, or many questions. One question at a time. */
export interface Session {
  /**
   * Runs statements, each with its semicolon, and returns their rows as lines of text. After an error the session is over.
   *
   * @throws Error with the server's first complaint.
   */
  readonly query: (sql: string) => Promise<readonly string[]>;
  /** Ends the session and waits until its program is gone; what it held is let go. Never throws. */
  readonly close: () => Promise<void>;
}

/**
 * Starts a session. It does not outlive this process: psql ends with its input.
 *
 * @param label - application name of the session, by which others can tell whose it is (at most 63 bytes).
 */
export function openSession(database: Database, label: string, signal?: AbortSignal): Session {
  const client = database.start("psql", psqlArguments, signal);
  const lines = createInterface({ input: client.stdout, crlfDelay: Infinity });
  let asked = 0;
  let rows: string[] = [];
  let answer: ((rows: readonly string[]) => void) | undefined;
  lines.on("line", (line) => {
    if (line === marker(asked)) answer?.(rows);
    else if (line !== "") rows.push(line);
  });
  const lost = client.end.then(({ words }) => {
    throw new Error(`${database.words}: ${words || "the connection was lost"}`);
  });
  lost.catch(() => undefined);
  client.stdin.write(`${sessionSettings}SET application_name = ${sqlText(label)};\n`);
  return {
    query: (sql) => {
      rows = [];
      asked += 1;
      const answered = new Promise<readonly string[]>((resolve) => (answer = resolve));
      client.stdin.write(`${sql}\n\\echo ${marker(asked)}\n`);
      return Promise.race([answered, lost]);
    },
    close: async () => {
      client.stdin.end();
      const patience = setTimeout(() => {
        client.kill();
      }, 5000);
      await client.end;
      clearTimeout(patience);
    },
  };
}

const marker = (question: number): string => `-- gateways: end of answer ${question}`;
