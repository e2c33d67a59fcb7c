import { z } from "zod";

/** Variable that names the file into which the reporter writes. */
export const REPORT_FILE = "GATEWAYS_TEST_REPORT";

const fileReportSchema = z.object({
  /** Path below the checkout. */
  file: z.string(),
  project: z.string(),
  /** Whether nothing in it has failed. */
  ok: z.boolean(),
  /** From its import to the end of its last hook. */
  seconds: z.number(),
  /** When its last hook ended: milliseconds since 1970. */
  endedAt: z.number(),
  passed: z.number(),
  failed: z.number(),
  /** Failures outside of its tests: of the file itself when it does not load, and of hooks for a whole group. */
  broken: z.number(),
  /** Each failure: the sentence of its test, and what it said. */
  failures: z.array(z.object({ name: z.string(), message: z.string() })),
});

/** What a run of the tests came to. */
export const runReportSchema = z.object({
  /** Whether the run came to its end. */
  whole: z.boolean(),
  /** Errors outside of all tests. */
  errors: z.number(),
  files: z.array(fileReportSchema),
});

/** What one test file came to. */
export type FileReport = Readonly<z.infer<typeof fileReportSchema>>;
/** What a run of the tests came to. */
export type RunReport = Readonly<z.infer<typeof runReportSchema>>;

/** What the last line of a run says. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Counts each failure once: failed tests; files that do not load, and groups whose set-up fails; errors outside of all files. A run that failed for none of
 * these, was interrupted, or ran nothing, has one failure.
 *
 * @param exitCode - what the runner ended with; undefined when it was killed
 */
export function countsOf(report: RunReport, exitCode: number | undefined): Counts {
  const sum = (count: (file: FileReport) => number) =>
    report.files.reduce((total, file) => total + count(file), 0);
  const failuresOf = ({ ok, failed, broken }: FileReport) => Math.max(failed + broken, ok ? 0 : 1);
  const failed = sum(failuresOf) + report.errors;
  const well = report.whole && exitCode === 0;
  return { passed: sum((file) => file.passed), failed: well ? failed : Math.max(failed, 1) };
}

/** The slowest files with their seconds, one line each. */
export const slowest = ({ files }: RunReport, count = 10): readonly string[] =>
  files
    .toSorted((one, other) => other.seconds - one.seconds)
    .slice(0, count)
    .map(({ file, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${file}`);

/** Lines of a failure that are shown at the end of a run. */
const SHOWN_LINES = 12;
/** Characters of each of them. */
const SHOWN_WIDTH = 400;

/** All failures again, shortened, for a reader who has only the end of a long log: names, and of what they said the lines that speak of errors, else the first. */
export function failuresAgain({ files }: RunReport): readonly string[] {
  return files.flatMap(({ file, failures }) =>
    failures.flatMap(({ name, message }) => [
      `FAILED ${file} > ${name}`,
      ...telling(message).map((line) => `    ${line.slice(0, SHOWN_WIDTH)}`),
    ]),
  );
}

function telling(message: string): readonly string[] {
  const lines = message.split("\n").filter((line) => line.trim() !== "");
  const [first = "", ...rest] = lines;
  const errors = rest.filter((line) => /error|BLOCK|fail|refused/iu.test(line));
  return [first, ...(errors.length > 0 ? errors : rest)].slice(0, SHOWN_LINES);
}
