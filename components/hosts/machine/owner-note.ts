import { createHash } from "node:crypto";
import { constants, copyFile, link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { StepFailure } from "../../upgrade/step-io";
import { linesOf } from "../facts/host-lines";
import { noteText, ownerInWords, ownerNote, ownershipOf } from "../plan/owner";
import type { Claim, OwnerNote, Ownership } from "../plan/owner";
import { codeOf } from "./program-files";

/** Where the note lies that says which stack keeps a program at a release. */
export const noteOf = (path: string): string => `${path}.gateways-owner`;

/** Where a stack writes its note before it puts it in place: no other one writes there at the same moment, and the next run finds what a killed one has left. */
export const partOf = (path: string, stack: string): string =>
  `${noteOf(path)}.${createHash("sha256").update(stack).digest("hex").slice(0, 8)}.part`;

/** What the note says; undefined if there is none. One that cannot be read is somebody's. */
export const readNote = (path: string): Promise<OwnerNote | undefined> =>
  readFile(noteOf(path), "utf8").then(
    (text) => ownerNote(linesOf(text)),
    (error: unknown) =>
      ["ENOENT", "ENOTDIR"].includes(codeOf(error)) ? undefined : ownerNote(linesOf("")),
  );

/** A disk without room for a line: what is kept there may go back all the same. */
const NO_ROOM = ["ENOSPC", "EDQUOT"];

/**
 * Notes beside a program which stack keeps it at a release. Of two stacks that come at one moment one is refused.
 *
 * @throws StepFailure if it is another one's
 */
export async function claimProgram(path: string, release: string, claim: Claim): Promise<void> {
  const note = noteOf(path);
  const part = partOf(path, claim.stack);
  await rm(part, { force: true });
  const found = await readNote(path);
  const ownership = ownershipOf(found, claim);
  if (found !== undefined && ownership === "another") throw refusal(path, found);
  if (ownership === "own" && found?.release === release) return;
  try {
    // Whoever else may run the program may read who has put it there.
    await writeFile(part, noteText(claim.stack, release, Date.now()), { mode: 0o644 });
    await put(part, note, ownership);
  } catch (error) {
    if (!NO_ROOM.includes(codeOf(error))) throw error;
  } finally {
    await rm(part, { force: true });
  }
  const now = await readNote(path);
  if (now !== undefined && ownershipOf(now, claim) !== "own" && ownership === "free")
    throw refusal(path, now);
}

/** The first note takes the place of no other one. */
async function put(part: string, note: string, ownership: Ownership): Promise<void> {
  if (ownership !== "free") {
    await rename(part, note);
    return;
  }
  const another = (error: unknown): boolean => codeOf(error) === "EEXIST";
  await link(part, note)
    // A file system without second names.
    .catch(async (error: unknown) => {
      if (!another(error)) await copyFile(part, note, constants.COPYFILE_EXCL);
    })
    .catch((error: unknown) => {
      if (!another(error)) throw error;
    });
}

const refusal = (path: string, note: OwnerNote): StepFailure =>
  new StepFailure(
    `${path} is kept by ${ownerInWords(note)}`,
    `have one stack name that path; if that one lets go of it, remove ${noteOf(path)}, or consent to take it over`,
  );
