import { expect } from "vitest";

/** Releases on the way up, with the migrations that the database has by then. */
export const RELEASES = [
  ["1.0.0", 2],
  ["1.0.1", 2],
  ["1.1.0", 4],
  ["1.2.0", 5],
] as const;
const LAST = RELEASES.length - 1;

/** Asks how many migrations were applied, and how many different ones. */
const APPLIED = "SELECT count(*), count(DISTINCT filename) FROM _schema_migrations";

interface InChapter {
  readonly chapter: string;
}

/** Only the way up saves the database and migrates it. */
const needsWayUp = ({ chapter }: InChapter): boolean =>
  chapter === "schema" || chapter === "backup";

/** What needs a way up goes first, while there are releases left. */
export const wayUpFirst = <Kill extends InChapter>(
  rows: readonly (readonly [name: string, kill: Kill])[],
) => rows.toSorted(([, one], [, other]) => Number(needsWayUp(other)) - Number(needsWayUp(one)));

/** A gateway that goes up from release to release, and from the last one to the one before it and up again. */
export interface Walk {
  /** What its stack file names. */
  readonly version: () => string;
  /** Names the release after it, from the last one that before it. */
  readonly step: () => Promise<void>;
  /** The same for a run that is killed in this chapter. @returns what sets the line back */
  readonly stepFor: (kill: InChapter) => Promise<() => Promise<void>>;
  /** Fails unless every migration was applied once, and where the line was not set back all of its highest release were. */
  readonly isMigrated: (isSetBack: boolean) => Promise<void>;
}

/** What such a gateway is asked. */
export interface Walker {
  readonly setVersion: (version: string) => Promise<unknown>;
  /** Runs `pulumi up`, and fails unless that ends well. */
  readonly finish: () => Promise<void>;
  readonly sql: (statement: string) => Promise<string>;
}

/** Walks a gateway that serves the first release. */
export function walk({ setVersion, finish, sql }: Walker): Walk {
  let at = 0;
  let highest = 0;
  const want = async (next: number): Promise<void> => {
    at = next;
    highest = Math.max(highest, at);
    await setVersion(RELEASES[at]![0]);
  };
  const step = () => want(at === LAST ? at - 1 : at + 1);
  return {
    version: () => RELEASES[at]![0],
    step,
    stepFor: async (kill) => {
      if (at === LAST && needsWayUp(kill)) {
        await want(LAST - 1);
        await finish();
      }
      const from = at;
      await step();
      return () => want(from);
    },
    isMigrated: async (isSetBack) => {
      const [count = "", distinct] = (await sql(APPLIED)).split("|");
      expect(distinct).toBe(count);
      // What was killed may have migrated before, and an older release leaves that as it is.
      if (!isSetBack) expect(count).toBe(String(RELEASES[highest]![1]));
    },
  };
}
