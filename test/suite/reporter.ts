import { writeFile } from "node:fs/promises";
import { relative } from "node:path";
import { env } from "node:process";
import { log } from "node:console";
import type {
  Reporter,
  SerializedError,
  TestCase,
  TestModule,
  TestRunEndReason,
} from "vitest/node";
import { ROOT } from "./durations";
import { REPORT_FILE, type FileReport, type RunReport } from "./report";

/** A failure is said at once, since the runner tells all of them at the end of a run that may last for an hour. Unit: characters. */
const LONGEST_WORDS = 6000;

/** Writes what a run of the tests came to into the file that the environment names: the runner's own counts, and the seconds of each file with its hooks. */
export default class FileReporter implements Reporter {
  private readonly ends = new Map<string, number>();

  onTestCaseResult(test: TestCase): void {
    const { state, errors } = test.result();
    if (state !== "failed") return;
    for (const { message, stack } of errors)
      log(`FAILED ${test.fullName}: ${`${message}\n${stack ?? ""}`.slice(0, LONGEST_WORDS)}`);
  }

  onTestModuleEnd(module: TestModule): void {
    this.ends.set(module.id, Date.now());
  }

  async onTestRunEnd(
    modules: readonly TestModule[],
    errors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): Promise<void> {
    const file = env[REPORT_FILE];
    if (file === undefined) return;
    const report: RunReport = {
      whole: reason !== "interrupted",
      errors: errors.length,
      files: modules.map((module) => fileReport(module, this.ends.get(module.id) ?? Date.now())),
    };
    await writeFile(file, JSON.stringify(report));
  }
}

function fileReport(module: TestModule, endedAt: number): FileReport {
  const tests = [...module.children.allTests()];
  const count = (state: string) => tests.filter((test) => test.result().state === state).length;
  const { environmentSetupDuration, prepareDuration, collectDuration, setupDuration, duration } =
    module.diagnostic();
  const broken = [module, ...module.children.allSuites()].filter((one) => one.errors().length > 0);
  const before = environmentSetupDuration + prepareDuration + collectDuration + setupDuration;
  return {
    file: relative(ROOT, module.moduleId),
    project: module.project.name,
    ok: module.state() !== "failed",
    seconds: (before + duration) / 1000,
    endedAt,
    passed: count("passed"),
    failed: count("failed"),
    broken: broken.length,
    failures: [
      ...tests.flatMap((test) => failuresOf(test.fullName, test.result().errors)),
      ...broken.flatMap((one) =>
        failuresOf("fullName" in one ? one.fullName : "the file itself", one.errors()),
      ),
    ],
  };
}

const failuresOf = (
  name: string,
  errors: readonly SerializedError[] | undefined,
): FileReport["failures"] => (errors ?? []).map(({ message }) => ({ name, message }));
