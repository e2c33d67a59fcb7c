import type { InstalledRelease, TakenOver } from "../../upgrade/platform";
import { StepFailure } from "../../upgrade/step-io";
import { ClusterError, type ClusterClient } from "../api/client";
import { ownershipPatch } from "../api/ownership-patch";
import { findPaths } from "../api/paths";
import {
  METADATA_LIST,
  readRecords,
  recordsPath,
  retireCommand,
  whyRetire,
  type MetadataList,
  type RecordMetadata,
} from "../helm/helm-records";
import type { KubernetesObject } from "../objects/object";
import type { KubernetesPlace } from "./kubectl";

/**
 * Makes the program the one owner of what Helm has made, in the metadata of the objects alone. Helm's own records are never deleted: the
 * advice says how to.
 *
 * @throws StepFailure if an object changes faster than it can be handed over.
 */
export async function takeOver(
  client: ClusterClient,
  { context, namespace }: KubernetesPlace,
  { release, objects }: InstalledRelease,
): Promise<TakenOver> {
  const handedOver: string[] = [];
  for (const { object, path } of await findPaths(client, objects, namespace)) {
    if (await takeOverOne(client, path)) handedOver.push(`${object.kind}/${object.name}`);
  }
  const helm = { context, namespace, release };
  const accept = METADATA_LIST;
  const list = await client.get<MetadataList<RecordMetadata>>(recordsPath(helm), { accept });
  const records = readRecords(list);
  return {
    handedOver,
    records: records.map(({ name }) => name),
    advice: [
      ...(handedOver.length === 0 ? [] : ["no pod was restarted"]),
      ...(records.length === 0
        ? []
        : [
            `Helm still has its records of ${release}. Once this run has ended well, retire them: ${retireCommand(helm, records)}`,
            `from now on never use Helm on it: ${whyRetire(helm)}`,
          ]),
    ],
  };
}

const ATTEMPTS = 10;

/** True if there was something to hand over. */
async function takeOverOne(client: ClusterClient, path: string): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    const live = await client.find<KubernetesObject>(path);
    const body = live === undefined ? [] : ownershipPatch(live.metadata);
    if (body.length === 0) return false;
    try {
      await client.get(path, { method: "PATCH", type: "application/json-patch+json", body });
      return true;
    } catch (error) {
      const isStale = error instanceof ClusterError && error.status === 409;
      if (!isStale) throw error;
      if (attempt === ATTEMPTS)
        throw new StepFailure(
          `${path} has changed ${ATTEMPTS} times while it was handed over`,
          "see who else changes it, then run the upgrade again",
        );
    }
  }
}
