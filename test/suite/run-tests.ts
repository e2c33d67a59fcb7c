import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { ROOT } from "./durations";
import { REPORT_FILE, runReportSchema, type RunReport } from "./report";

/** How a run of the tests ended. */
export interface Ended {
  readonly report: RunReport;
  /** Undefined when the runner was killed. */
  readonly exitCode: number | undefined;
}

/** Runs the tests with these words for the runner, in this terminal. A signal ends the runner, and what it has run by then is reported. */
export async function runTests(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const folder = await mkdtemp(join(tmpdir(), "gateways-tests-"));
  const file = join(folder, "report.json");
  // The runner gets the signal as well.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
  try {
    const reporters = ["--reporter=verbose", "--reporter=./test/suite/reporter.ts"];
    const { exitCode } = await execa("vitest", ["run", ...reporters, ...words], {
      cwd: ROOT,
      stdio: "inherit",
      preferLocal: true,
      reject: false,
      env: { ...env, [REPORT_FILE]: file },
    });
    return { exitCode, report: await readReport(file) };
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
