import { open, statfs } from "node:fs/promises";
import { join } from "node:path";
import { inWords } from "../backup/progress";
import { StepFailure } from "../step";
import type { LiveDatabase } from "./live-database";

/**
 * Refuses a restore for which the disk of the server has no room, where that can be known: where the server's own directory, and no other's,
 * lies on this machine and may be read. Elsewhere a server that runs full ends the restore, and nothing is changed. Returns in words
 * what was found.
 *
 * @param needed bytes: of the archive, or of the live database where that is more.
 * @throws StepFailure
 */
export async function judgeServerRoom(look: LiveDatabase, needed: number): Promise<string> {
  const free = await freeBytesOf(look);
  if (free === undefined)
    return `the room on the server is not known; about ${inWords(needed)} are needed`;
  if (free >= needed)
    return `the server has ${inWords(free)} of room, about ${inWords(needed)} are needed`;
  throw new StepFailure(
    `the server has ${inWords(free)} of room, and the restored database needs about ${inWords(needed)} beside the live one`,
    "make room on the disk of the database server, then run this again",
  );
}

async function freeBytesOf({
  dataDirectory,
  systemIdentifier,
}: LiveDatabase): Promise<number | undefined> {
  if (dataDirectory === null || systemIdentifier === null) return undefined;
  try {
    if ((await identifierIn(dataDirectory)) !== systemIdentifier) return undefined;
    const { bavail, bsize } = await statfs(dataDirectory);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

/** Source: PostgreSQL 15, src/include/catalog/pg_control.h: the file begins with the identifier, in the machine's own order of bytes. */
async function identifierIn(dataDirectory: string): Promise<string> {
  const file = await open(join(dataDirectory, "global", "pg_control"));
  try {
    const bytes = Buffer.alloc(8);
    await file.read(bytes, 0, 8, 0);
    return String(bytes.readBigUInt64LE());
  } finally {
    await file.close();
  }
}
