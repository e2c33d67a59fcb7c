import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, stdout } from "node:process";
import { execa } from "execa";
import { countsOf, REPORT_FILE, runReportSchema, slowest, type RunReport } from "./suite/report";

const say = (line: string): void => {
  stdout.write(`${line}\n`);
};

/** Runs all tests, each shown as it ends, and closes with the slowest files and then `N passed, N failed` alone on its line, from the runner's own counts. */
async function main(words: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "gateways-tests-"));
  const file = join(folder, "report.json");
  // The runner gets the signal as well: it stops, and what it has run so far is told.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
  try {
    const reporters = ["--reporter=verbose", "--reporter=./test/suite/reporter.ts"];
    const { exitCode } = await execa("vitest", ["run", ...reporters, ...words], {
      stdio: "inherit",
      preferLocal: true,
      reject: false,
      env: { [REPORT_FILE]: file },
    });
    const report = await readReport(file);
    const { passed, failed } = countsOf(report, exitCode);
    if (!report.whole) say("\nThe run did not come to its end.");
    say(["\nSlowest files:", ...slowest(report)].join("\n"));
    say(`${passed} passed, ${failed} failed`);
    process.exitCode = failed > 0 ? 1 : 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The runner's report; a runner that ended without one has come to nothing. */
async function readReport(file: string): Promise<RunReport> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return { whole: false, errors: 0, files: [] };
  return runReportSchema.parse(JSON.parse(text));
}

void main(argv.slice(2));
