import { z } from "zod";
import { table } from "../../bench/section";
import type { FileReport } from "../report";
import { partTimes, shortName } from "./parts";

/** Times of the suite as it was, for comparison. */
export const beforeSchema = z.object({
  date: z.string(),
  /** Of whole runs, by the circumstances. */
  minutes: z.record(z.string(), z.number()),
  parts: z.record(z.string(), z.object({ files: z.number().optional(), sum: z.number() })),
  /** Seconds by short name. */
  files: z.record(z.string(), z.number()),
});
export type Before = Readonly<z.infer<typeof beforeSchema>>;

/** A whole run of the suite. */
export interface Measured {
  readonly files: readonly FileReport[];
  /** From its start to its end. */
  readonly seconds: number;
  readonly lanes: number;
  /** How many times `expect(` stands in the test files. */
  readonly expectations: number;
  /** What was sampled, and under which circumstances: one line each. */
  readonly facts: readonly string[];
}

/** Files that take less are told in one line together. */
const SHORT_SECONDS = 5;

/** The suite's section of docs/benchmarks.md, as Markdown. */
export function timesSection(run: Measured, before: Before): string {
  const whole = Object.entries(before.minutes).map(
    ([how, minutes]) => `${minutes} min on a ${how}`,
  );
  const tests = run.files.reduce((total, { passed, failed }) => total + passed + failed, 0);
  return [
    "## The whole suite",
    `\`npm test\` took ${minutes(run.seconds)} with ${run.lanes} lanes; on ${before.date} it took ${whole.join(" and ")}. It runs ${tests} tests in ${run.files.length} files; \`expect(\` stands in the test files ${run.expectations} times. Files of the parts lab and conformance run side by side, so that their wall time is less than their sum.`,
    table([["part", "files", "tests", "wall", "sum", "sum before"], ...partRows(run, before)]),
    `Files of more than ${SHORT_SECONDS} s, in seconds; before is ${before.date}, where it was noted.`,
    table([["file", "now", "before"], ...fileRows(run, before)]),
    run.facts.map((fact) => `- ${fact}`).join("\n"),
  ].join("\n\n");
}

const partRows = ({ files }: Measured, before: Before): readonly (readonly string[])[] =>
  partTimes(files).map(({ part, files: count, tests, wall, sum }) => [
    part,
    `${count}`,
    `${tests}`,
    `${wall.toFixed(0)} s`,
    `${sum.toFixed(0)} s`,
    beforeOf(before, part),
  ]);

function beforeOf({ parts }: Before, part: string): string {
  const known = parts[part];
  if (known === undefined) return "";
  return `${known.sum} s${known.files === undefined ? "" : ` in ${known.files} files`}`;
}

function fileRows({ files }: Measured, before: Before): readonly (readonly string[])[] {
  const slowest = files.toSorted((one, other) => other.seconds - one.seconds);
  const long = slowest.filter(({ seconds }) => seconds >= SHORT_SECONDS);
  const short = slowest.filter(({ seconds }) => seconds < SHORT_SECONDS);
  const rest = short.reduce((total, { seconds }) => total + seconds, 0);
  return [
    ...long.map(({ file, seconds }) => [
      file,
      seconds.toFixed(0),
      `${before.files[shortName(file)] ?? ""}`,
    ]),
    [`${short.length} others together`, rest.toFixed(0), ""],
  ];
}

const minutes = (seconds: number): string => `${(seconds / 60).toFixed(1)} min`;
