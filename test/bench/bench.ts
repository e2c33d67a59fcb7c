import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { argv, stdout } from "node:process";
import { parseArgs } from "node:util";
import { labDown, labState, labUp } from "../lab/lab";
import { circumstances, loadNow } from "./circumstances";
import type { Measure } from "./measure";
import { backup } from "./measures/backup";
import { detection } from "./measures/detection";
import { docker } from "./measures/docker";
import { fleet } from "./measures/fleet";
import { hosts } from "./measures/hosts";
import { pair } from "./measures/pair";
import { preview } from "./measures/preview";
import { skew } from "./measures/skew";
import { step } from "./measures/step";
import { tunnels } from "./measures/tunnels";
import { upgrade } from "./measures/upgrade";
import { putSection, section } from "./section";

const measures: readonly Measure[] = [
  preview,
  step,
  fleet,
  pair,
  backup,
  upgrade,
  tunnels,
  docker,
  hosts,
  detection,
  skew,
];

const REPORT = join(dirname(dirname(import.meta.dirname)), "docs", "benchmarks.md");

const say = (line: string): void => {
  stdout.write(`${line}\n`);
};

/** Takes the measures that are named, or all, and writes each into its section of docs/benchmarks.md. */
async function main(words: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: { runs: { type: "string", default: "10" } },
    allowPositionals: true,
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error("--runs: a whole number of at least 1");
  const chosen = choose(positionals);
  const ranBefore = (await labState()).daemons.some(({ pid }) => pid !== undefined);
  const lab = await labUp(say);
  const directory = join(lab.home, "bench");
  try {
    for (const measure of chosen) {
      await mkdir(directory, { recursive: true });
      const command = `npm run bench -- ${measure.name}${runs === 10 ? "" : ` --runs ${runs}`}`;
      const loadAtStart = loadNow();
      say(`\n=== ${measure.name}`);
      const measured = await measure.run({ lab, directory, runs, say });
      const text = section(measure, measured, await circumstances(lab, command, loadAtStart));
      say(`\n${text}`);
      await writeFile(REPORT, putSection(await readFile(REPORT, "utf8"), text));
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
    if (!ranBefore) await labDown(say);
  }
}

function choose(names: readonly string[]): readonly Measure[] {
  const known = new Map(measures.map((measure) => [measure.name, measure]));
  const chosen = names.map((name) => {
    const found = known.get(name);
    if (found === undefined)
      throw new Error(`there is no measure "${name}"; there are ${[...known.keys()].join(", ")}`);
    return found;
  });
  return chosen.length === 0 ? measures : chosen;
}

main(argv.slice(2)).catch((error: unknown) => {
  say(`\nThe benchmark failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
