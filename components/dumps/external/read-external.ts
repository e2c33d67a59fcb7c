import { execFile } from "node:child_process";
import type { ClusterClient } from "../../kubernetes/api/client";
import { longestLook, within } from "../../postgres/within";
import { withoutSecrets } from "../../postgres/database";
import { externalBackupSchema, type ExternalBackup } from "../../upgrade/external-backup";
import type { ExternalSource } from "./external-source";
import { newestBackup, newestSnapshot } from "./objects";

export interface ExternalLook {
  /** Where objects are looked for that name no namespace. */
  readonly namespace: string;
  readonly env: NodeJS.ProcessEnv;
  /** The cluster, for those who need it. */
  readonly open: () => Promise<Pick<ClusterClient, "get">>;
}

/**
 * Looks at the newest backup that somebody else has taken. Changes nothing, and gives up in time.
 *
 * @throws Error of one sentence where there is none, or nobody tells.
 */
export const readExternal = (source: ExternalSource, look: ExternalLook): Promise<ExternalBackup> =>
  within(longestLook, "the evidence of the external backup", async (signal) => {
    if ("command" in source) return ask(source.command, look.env, signal);
    const client = await look.open();
    if ("cloudNativePg" in source) {
      const { cluster, namespace = look.namespace } = source.cloudNativePg;
      const path = `/apis/postgresql.cnpg.io/v1/namespaces/${namespace}/backups`;
      const found = newestBackup(await client.get(path), cluster);
      return found ?? none(`no Backup of the cluster ${cluster} in ${namespace}`);
    }
    const { claim, namespace = look.namespace } = source.volumeSnapshot;
    const path = `/apis/snapshot.storage.k8s.io/v1/namespaces/${namespace}/volumesnapshots`;
    const found = newestSnapshot(await client.get(path), claim);
    return found ?? none(`no VolumeSnapshot of the claim ${claim} in ${namespace}`);
  });

function none(words: string): never {
  throw new Error(words);
}

/** Runs the command of the operator. What it prints is not repeated where it is no reference. */
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
  const told = externalBackupSchema.safeParse(fromJson(said));
  if (told.success) return told.data;
  const faults = told.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  return none(
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
