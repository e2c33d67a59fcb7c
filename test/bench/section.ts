import type { Comparison, Measure, Measured } from "./measure";
import { spread } from "./spread";

/** Under which circumstances a section was measured: one line each. */
export type Circumstances = readonly string[];

/** A measure's section of the report, as Markdown, ratios first. */
export function section(
  { title, about }: Measure,
  { comparisons, tables = [], facts }: Measured,
  circumstances: Circumstances,
): string {
  return [
    `## ${title}`,
    about,
    ...ratios(comparisons),
    table([
      ["seconds", "median", "min", "max", "p95", "runs"],
      ...comparisons.flatMap(({ title, ours, other }) => [
        spreadRow(`${title}: this program`, ours),
        ...(other === undefined ? [] : [spreadRow(`${title}: compared with`, other)]),
      ]),
    ]),
    ...tables.map(({ head, rows }) => table([head, ...rows])),
    [...facts, ...circumstances].map((line) => `- ${line}`).join("\n"),
  ].join("\n\n");
}

/** Puts a section in the place of the one with the same title, or at the end of the report. */
export function putSection(report: string, text: string): string {
  const [heading = ""] = text.split("\n");
  const parts = report.trimEnd().split(/\n\n(?=## )/);
  const place = parts.findIndex((part) => part.split("\n")[0] === heading);
  const next = place < 0 ? [...parts, text] : parts.with(place, text);
  return `${next.join("\n\n")}\n`;
}

/** The table of ratios, where there is something to compare with. */
function ratios(comparisons: readonly Comparison[]): readonly string[] {
  const rows = comparisons.flatMap(({ title, ours, other }) =>
    other === undefined ? [] : [ratioRow(title, ours, other)],
  );
  if (rows.length === 0) return [];
  return [
    table([["", "ratio of medians", "difference", "this program", "compared with"], ...rows]),
  ];
}

function ratioRow(
  title: string,
  ours: readonly number[],
  other: readonly number[],
): readonly string[] {
  const [one, two] = [spread(ours).median, spread(other).median];
  const difference = one - two;
  const sign = difference < 0 ? "-" : "+";
  return [
    title,
    (one / two).toFixed(2),
    `${sign}${Math.abs(difference).toFixed(2)} s`,
    `${one.toFixed(2)} s`,
    `${two.toFixed(2)} s`,
  ];
}

function spreadRow(title: string, series: readonly number[]): readonly string[] {
  const { median, min, max, p95 } = spread(series);
  return [title, ...[median, min, max, p95].map((value) => value.toFixed(2)), `${series.length}`];
}

/** A table in Markdown, set as Prettier sets it, so that the report needs no formatting after it was written. */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = rows[0]?.map((_cell, index) => index) ?? [];
  const widths = columns.map((index) => Math.max(3, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${columns.map((index) => (row[index] ?? "").padEnd(widths[index] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), rule, ...body.map(line)].join("\n");
}
