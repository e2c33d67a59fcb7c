import { basename } from "node:path";
import type { FileReport } from "../report";

/** Parts of the suite, in the order in which they are told. */
export const PARTS = ["unit", "lab", "conformance", "processes", "alone"] as const;
export type Part = (typeof PARTS)[number];

/** What a part of the suite came to. */
export interface PartTimes {
  readonly part: Part;
  readonly files: number;
  readonly tests: number;
  /** Seconds from the start of its first file to the end of its last one. */
  readonly wall: number;
  /** Seconds of all of its files. */
  readonly sum: number;
}

/** The part to which a test file belongs: its project, and conformance as a part of its own. */
export const partOf = ({ file, project }: FileReport): Part =>
  file.includes(".conformance.")
    ? "conformance"
    : (PARTS.find((part) => part === project) ?? "lab");

/** Adds up the files of each part; a part without files is left out. */
export function partTimes(files: readonly FileReport[]): readonly PartTimes[] {
  return PARTS.flatMap((part) => {
    const own = files.filter((file) => partOf(file) === part);
    if (own.length === 0) return [];
    const starts = own.map(({ endedAt, seconds }) => endedAt - seconds * 1000);
    const last = Math.max(...own.map(({ endedAt }) => endedAt));
    return {
      part,
      files: own.length,
      tests: own.reduce((total, { passed, failed }) => total + passed + failed, 0),
      wall: (last - Math.min(...starts)) / 1000,
      sum: own.reduce((total, { seconds }) => total + seconds, 0),
    };
  });
}

/** Name of a test file as a person says it: `test/e2e/upgrade.lab.test.ts` is `upgrade`. */
export const shortName = (file: string): string =>
  basename(file).replace(/(\.(alone|processes))?(\.lab)?\.test\.ts$/, "");
