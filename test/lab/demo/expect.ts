import type { PulumiRun } from "../engine/pulumi-cli";
import type { LoadReport } from "../load";

/** The run, when it succeeded. @throws Error with the end of its output */
export function succeeded(run: PulumiRun): PulumiRun {
  if (run.exitCode === 0) return run;
  throw new Error(`pulumi failed (exit ${String(run.exitCode)}):\n${endOf(run.all)}`);
}

/** The run, when it was refused for the given reason. @throws Error where it went through, or failed for another one */
export function refused(run: PulumiRun, reason: RegExp): PulumiRun {
  if (run.exitCode !== 0 && reason.test(run.all)) return run;
  throw new Error(`expected a refusal that says ${String(reason)}:\n${endOf(run.all)}`);
}

/** The run, when it says that nothing would change. @throws Error with the steps that it plans */
export function unchanged(run: PulumiRun): PulumiRun {
  const planned = succeeded(run).steps.filter(({ op }) => op !== "same" && op !== "read");
  if (planned.length === 0) return run;
  throw new Error(`expected no changes: ${JSON.stringify(planned)}`);
}

/** The report, when no request failed. @throws Error with what went wrong */
export function lossless(load: LoadReport): LoadReport {
  if (load.failed === 0 && load.sent > 0) return load;
  throw new Error(`requests were lost: ${JSON.stringify(load)}`);
}

/** The first line that matches. @throws Error where there is none */
export function lineOf(text: string, pattern: RegExp): string {
  const line = text.split("\n").find((one) => pattern.test(one));
  if (line === undefined) throw new Error(`no line says ${String(pattern)}:\n${endOf(text)}`);
  return line.trim();
}

/** Names of the gates that block. */
export const blocksIn = ({ all }: PulumiRun): readonly string[] =>
  [...new Set([...all.matchAll(/BLOCK ([a-z-]+) /g)].map(([, gate]) => gate ?? ""))].sort();

/** What a run says of its end: its diagnostics, which a long list of outputs follows, or its last lines. */
function endOf(text: string): string {
  const from = text.lastIndexOf("\nDiagnostics:");
  if (from === -1) return text.split("\n").slice(-60).join("\n");
  return text.slice(from + 1).split(/\n(?:Outputs|Resources):/)[0] ?? "";
}
