import { access, constants, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { wordsOf } from "../../upgrade/step-io";
import type { OwnerNote } from "../plan/owner";
import { readNote } from "./owner-note";
import { asideOf, followed, keptOf, sumOf } from "./program-files";
import { versionOf, type ProgramHere } from "./swap-program";

/** What a look at a program of this machine has found; undefined is what nobody can tell. */
export interface MachineFacts {
  /** As Node calls it: `linux x64`. */
  readonly machine: string;
  /** The path past symbolic links. */
  readonly leadsTo: string;
  /** Sum of the file at the path; undefined if there is none. */
  readonly sha256: string | undefined;
  /** What it says of itself; undefined if there is none, or if it does not run. */
  readonly version: string | undefined;
  /** Sums of the files beside it: the one that the last swap has kept, and one that a swap has left which was cut off. */
  readonly beside: readonly string[];
  /** Which stack keeps it at a release; undefined if no note says so. */
  readonly owner: OwnerNote | undefined;
  /** Why whoever runs this may not put another file there, in words; undefined if nothing speaks against it. */
  readonly hindrance: string | undefined;
  readonly freeKiB: number | undefined;
}

const KIB = 1024;

/** This machine, as the files of a release are told apart. */
export const thisMachine = (): string => `${process.platform} ${process.arch}`;

/** Looks at a program of this machine. Writes nothing there. @throws Error in words if something lies there that cannot be read */
export async function lookAtProgram(program: ProgramHere): Promise<MachineFacts> {
  const path = await followed(program.path);
  const there = await nearestFolder(dirname(path));
  const [sha256, kept, aside, owner, hindrance, room] = await Promise.all([
    sumOf(path),
    sumOf(keptOf(path)).catch(() => undefined),
    sumOf(asideOf(path)).catch(() => undefined),
    readNote(path),
    hindranceOf(path, there),
    statfs(there).catch(() => undefined),
  ]);
  return {
    machine: thisMachine(),
    leadsTo: path,
    sha256,
    version:
      sha256 === undefined
        ? undefined
        : await versionOf({ ...program, path }).catch(() => undefined),
    beside: [kept, aside].filter((sum) => sum !== undefined),
    owner,
    hindrance,
    freeKiB: room && Math.floor((room.bavail * room.bsize) / KIB),
  };
}

/** The folder, or the one above it that is there. */
async function nearestFolder(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  return found !== undefined || dirname(folder) === folder
    ? folder
    : nearestFolder(dirname(folder));
}

async function hindranceOf(path: string, folder: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && !found.isFile()) return "it is no file";
  if (!(await stat(folder)).isDirectory()) return `${folder} is no folder`;
  return access(folder, constants.W_OK | constants.X_OK).then(
    () => undefined,
    (error: unknown) => `nothing may be put into ${folder}: ${wordsOf(error)}`,
  );
}
