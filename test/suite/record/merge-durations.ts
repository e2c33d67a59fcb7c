import type { Durations } from "../durations";
import type { FileReport } from "../report";

/** The seconds of all test files that there are: those of this run, and of files that it left out what was known before. */
export function mergeDurations(
  known: Durations,
  measured: readonly Pick<FileReport, "file" | "seconds">[],
  files: readonly string[],
): Durations {
  const latest: Durations = {
    ...known,
    ...Object.fromEntries(measured.map(({ file, seconds }) => [file, Number(seconds.toFixed(1))])),
  };
  return Object.fromEntries(
    Object.entries(latest)
      .filter(([file]) => files.includes(file))
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}
