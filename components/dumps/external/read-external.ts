import { execFile } from "node:child_process";
import { withoutSecrets } from "../../postgres/database";
import { longestLook, within } from "../../postgres/within";
import { externalBackupSchema, type ExternalBackup } from "../../upgrade/external-backup";
import type { BackupObject } from "../../upgrade/platform";
import type { ExternalSource } from "./external-source";

export interface ExternalLook {
  readonly env: NodeJS.ProcessEnv;
  /** Looks at an object of the place where the product runs. @throws Error of one sentence if there is no backup. */
  readonly readObject: (object: BackupObject) => Promise<ExternalBackup>;
}

/**
 * Looks at the newest backup that somebody else has taken. Changes nothing, and gives up in time.
 *
 * @throws Error of one sentence if there is none, or if it cannot be looked at.
 */
export const readExternal = (source: ExternalSource, look: ExternalLook): Promise<ExternalBackup> =>
  within(longestLook, "the evidence of the external backup", (signal) => {
    if ("command" in source) return ask(source.command, look.env, signal);
    if ("cloudNativePg" in source) {
      const { cluster: name, namespace } = source.cloudNativePg;
      return look.readObject({ kind: "cloudNativePg", name, namespace });
    }
    const { claim: name, namespace } = source.volumeSnapshot;
    return look.readObject({ kind: "volumeSnapshot", name, namespace });
  });

/** Runs the command of the operator. What it prints is not repeated if it is no reference. */
async function ask(
  [file = "", ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ExternalBackup> {
  const said = await new Promise<string>((resolve, reject) => {
    execFile(file, args, { env: withoutSecrets(env), signal }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(failure(file, error, stderr)));
    });
  });
  const parsed = externalBackupSchema.safeParse(fromJson(said));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  throw new Error(
    `${file} prints no reference { name, time, success } as JSON: ${faults.join("; ").trim()}`,
  );
}

function failure(file: string, { code }: { code?: unknown }, stderr: string): string {
  const [line = ""] = stderr.trim().split("\n");
  const ended = code === "ENOENT" ? "is not there" : `ended with ${String(code)}`;
  return [`${file} ${ended}`, line].filter((part) => part !== "").join(": ");
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
