import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stdout } from "node:process";
import { execa } from "execa";
import { z } from "zod";

/** The part of the runner's report that is counted. */
const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  success: z.boolean(),
  testResults: z.array(
    z.object({
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});

/** Runs all tests, each shown as it ends, and closes with `N passed, N failed` alone on its line, from the runner's own counts. */
async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "gateways-tests-"));
  const file = join(folder, "report.json");
  try {
    const words = ["run", "--reporter=verbose", "--reporter=json", `--outputFile.json=${file}`];
    const { exitCode } = await execa("vitest", [...words, ...process.argv.slice(2)], {
      stdio: "inherit",
      preferLocal: true,
      reject: false,
    });
    const report = reportSchema.parse(JSON.parse(await readFile(file, "utf8")));
    const failed = failuresOf(report);
    stdout.write(`${report.numPassedTests} passed, ${failed} failed\n`);
    process.exitCode = failed > 0 ? 1 : (exitCode ?? 1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Failed tests, and files that failed without one: a file that does not even load, or whose set-up fails, is a failure all the same. */
function failuresOf({ success, numFailedTests, testResults }: z.infer<typeof reportSchema>) {
  if (success) return 0;
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  return Math.max(numFailedTests + broken.length, 1);
}

void main();
