import { z } from "zod";
import type { ExternalBackup } from "../../upgrade/external-backup";
import type { BackupObject } from "../../upgrade/platform";
import type { ClusterClient } from "../api/client";

/**
 * The newest backup of which an object of the cluster tells. Changes nothing.
 *
 * @param own - namespace of an object that names none.
 * @throws Error of one sentence if there is none.
 */
export async function readExternalBackup(
  client: Pick<ClusterClient, "get">,
  own: string,
  { kind, name, namespace = own }: BackupObject,
): Promise<ExternalBackup> {
  const group = (path: string) => client.get(`/apis/${path.replace("*", namespace)}`);
  if (kind === "cloudNativePg") {
    const list = await group("postgresql.cnpg.io/v1/namespaces/*/backups");
    return newestBackup(list, name) ?? none(`no Backup of the cluster ${name} in ${namespace}`);
  }
  if (kind === "volumeSnapshot") {
    const list = await group("snapshot.storage.k8s.io/v1/namespaces/*/volumesnapshots");
    const found = newestSnapshot(list, name);
    return found ?? none(`no VolumeSnapshot of the claim ${name} in ${namespace}`);
  }
  return none(`Kubernetes knows no backup of the kind ${kind}`);
}

function none(words: string): never {
  throw new Error(words);
}

const metadata = z.object({ name: z.string(), creationTimestamp: z.string() });

/** Source: CloudNativePG, API reference (postgresql.cnpg.io/v1, Backup). */
const backups = z.object({
  items: z.array(
    z.object({
      metadata,
      spec: z.object({ cluster: z.object({ name: z.string() }) }),
      status: z.object({ phase: z.string(), stoppedAt: z.string() }).partial().default({}),
    }),
  ),
});

/** Source: kubernetes-csi/external-snapshotter, snapshot.storage.k8s.io/v1 (VolumeSnapshot). */
const snapshots = z.object({
  items: z.array(
    z.object({
      metadata,
      spec: z.object({
        source: z.object({ persistentVolumeClaimName: z.string().optional() }),
      }),
      status: z
        .object({ readyToUse: z.boolean(), creationTime: z.string(), error: z.unknown() })
        .partial()
        .default({}),
    }),
  ),
});

/** The newest completed backup of a cluster; if none is, the newest of all. One that is still under way hides none that is complete. */
export function newestBackup(list: unknown, cluster: string): ExternalBackup | undefined {
  const found = backups.parse(list).items.filter(({ spec }) => spec.cluster.name === cluster);
  return newest(
    found.map(({ metadata: { name, creationTimestamp }, status }) => ({
      name,
      time: status.stoppedAt ?? creationTimestamp,
      success: status.phase === "completed",
    })),
  );
}

/** The newest snapshot of a claim that is ready; if none is, the newest of all. */
export function newestSnapshot(list: unknown, claim: string): ExternalBackup | undefined {
  const found = snapshots
    .parse(list)
    .items.filter(({ spec }) => spec.source.persistentVolumeClaimName === claim);
  return newest(
    found.map(({ metadata: { name, creationTimestamp }, status }) => ({
      name,
      time: status.creationTime ?? creationTimestamp,
      success: status.readyToUse === true && status.error === undefined,
    })),
  );
}

const newest = (found: readonly ExternalBackup[]): ExternalBackup | undefined =>
  found.toSorted(
    (one, other) =>
      Number(other.success) - Number(one.success) || Date.parse(other.time) - Date.parse(one.time),
  )[0];
