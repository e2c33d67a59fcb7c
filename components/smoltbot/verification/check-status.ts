import { execFile } from "node:child_process";
import { z } from "zod";
import type { CheckResult, RunChecks } from "../../upgrade/checks";

const optionsSchema = z.object({
  /** The CLI: a name on the PATH, or a path. */
  program: z.string().min(1),
});

/** Kind of these checks, by which the step finds them. */
const KIND = "smoltbot";

/** Longest run of the CLI. Unit: milliseconds. */
const LIMIT_MS = 60_000;

/** Of the environment of the step the CLI is given nothing but the way to its own settings and to the network: the rest may be secret. */
const GIVEN = ["PATH", "HOME", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

/** How `smoltbot status` has ended. */
export interface StatusRun {
  /** Its exit code; undefined if it could not be started, or took too long. */
  readonly code: number | undefined;
  /** What it wrote, or why it could not be run. */
  readonly output: string;
}

/**
 * Judges `smoltbot status` by its words, since it ends with 0 whatever it has found (T-15). It asks the vendor's cloud and never this gateway.
 *
 * Source: `@mnemom/smoltbot@2.2.0` (summary of the command `status`).
 */
export function judgeStatus({ code, output }: StatusRun): CheckResult {
  if (code === undefined) return { faults: [`smoltbot status cannot be run: ${output}`], said: [] };
  if (/ISSUES DETECTED/.test(output))
    return { faults: ["smoltbot status says ISSUES DETECTED"], said: [] };
  const [words] = /ALL SYSTEMS GO|OK \(with warnings\)/.exec(output) ?? [];
  if (code === 0 && words !== undefined)
    return { faults: [], said: [`smoltbot status, which asks the vendor's cloud: ${words}`] };
  const last = output.trim().split("\n").at(-1) ?? "";
  return {
    faults: [
      `smoltbot status ends with exit code ${code} and says none of the words that are known: ${last === "" ? "nothing" : last}`,
    ],
    said: [],
  };
}

/** Runs `smoltbot status` where the step runs, and judges its words (S-20). */
export const checkStatus: RunChecks = async (_, given, { env, signal }) => {
  const { program } = optionsSchema.parse(given);
  return judgeStatus(await run(program, env, signal));
};

const run = (
  program: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<StatusRun> =>
  new Promise((resolve) => {
    const options = {
      env: Object.fromEntries(GIVEN.map((name) => [name, env[name]])),
      timeout: LIMIT_MS,
      ...(signal === undefined ? {} : { signal }),
    };
    execFile(program, ["status"], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      resolve(
        typeof code === "number"
          ? { code, output: `${stdout}\n${stderr}` }
          : { code: undefined, output: whyNot(program, error) },
      );
    });
  });

function whyNot(
  program: string,
  error: {
    readonly code?: unknown;
    readonly killed?: boolean | undefined;
    readonly message: string;
  } | null,
): string {
  if (error?.code === "ENOENT") return `there is no program ${program}`;
  return error?.killed === true
    ? `${program} did not end within ${LIMIT_MS / 1000} s`
    : (error?.message ?? "");
}

/** What a verification is told of the checks; nothing if the stack file names no program. */
export const statusChecks = (program: string | undefined) =>
  program === undefined ? {} : { checks: { kind: KIND, options: { program } } };
