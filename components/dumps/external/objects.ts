import { z } from "zod";
import type { ExternalBackup } from "../../upgrade/external-backup";

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

/** The newest completed backup of a cluster; where none is, the newest of all. One that is still under way hides none that is complete. */
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

/** The newest snapshot of a claim that is ready; where none is, the newest of all. */
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
