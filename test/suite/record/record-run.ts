import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { env } from "node:process";
import { circumstances, loadNow } from "../../bench/circumstances";
import { putSection } from "../../bench/section";
import { pluginKind } from "../../lab/pulumi-home";
import { readSettings } from "../../lab/settings";
import { contentOfConformance } from "../conformance/content";
import { readProof, recordProven } from "../conformance/proof";
import { testFiles } from "../changed/import-graph";
import { DURATIONS, readDurations, ROOT } from "../durations";
import { lanesOf } from "../lanes";
import type { SuiteRun } from "../run-suite";
import { mergeDurations } from "./merge-durations";
import { beforeSchema, timesSection } from "./times-section";

const REPORT = join(ROOT, "docs", "benchmarks.md");
const BEFORE = join(import.meta.dirname, "before.json");

/**
 * Keeps the times of a whole run: each file's in test/durations.json, for the order of the next runs, a section of docs/benchmarks.md, and that the stand-ins have
 * passed their conformance tests whole where this machine has seen it.
 */
export async function recordRun(run: SuiteRun, say: (line: string) => void): Promise<void> {
  if (!run.report.whole || run.failed > 0) {
    say("\nThe times are not kept: the run has failed or did not come to its end.");
    return;
  }
  const files = await testFiles();
  const durations = mergeDurations(await readDurations(), run.report.files, files);
  await writeFile(DURATIONS, `${JSON.stringify(durations, null, 2)}\n`);

  const texts = await Promise.all(files.map((file) => readFile(join(ROOT, file), "utf8")));
  const expectations = texts.reduce((sum, text) => sum + text.split(/\bexpect\(/).length - 1, 0);
  const settings = readSettings(env);
  const plugins = await pluginKind(settings);
  const proof = await readProof(settings.cache, await contentOfConformance(), plugins);
  if (proof.here) await recordProven(proof);
  const facts = [
    ...run.sampled.map((line) => line.trim()),
    ...(await circumstances({ plugins }, "npm test -- --record", run.loadAtStart)),
  ];
  const measured = { files: run.report.files, seconds: run.seconds, expectations, facts };
  const before = beforeSchema.parse(JSON.parse(await readFile(BEFORE, "utf8")));
  const text = timesSection({ ...measured, lanes: lanesOf(env) }, before);
  await writeFile(REPORT, putSection(await readFile(REPORT, "utf8"), text));
  say(`\nKept in test/durations.json and docs/benchmarks.md; load average now ${loadNow()}.`);
}
