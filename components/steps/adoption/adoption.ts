import { z } from "zod";
import { ClusterError, type ClusterClient } from "../../kubernetes/api/client";
import { ownershipPatch } from "../../kubernetes/api/ownership-patch";
import { findPaths } from "../../kubernetes/api/paths";
import type { KubernetesObject } from "../../kubernetes/objects/object";
import {
  METADATA_LIST,
  readRecords,
  recordsPath,
  retireCommand,
  whyRetire,
  type MetadataList,
  type RecordMetadata,
} from "../../kubernetes/helm/helm-records";
import { clusterFields, withCluster } from "../cluster";
import { StepFailure, type StepIo } from "../../upgrade/step-io";

/** What the adoption step is told. */
export const adoptionInputSchema = z.strictObject({
  ...clusterFields,
  /** Name of the Helm release. */
  release: z.string().min(1),
  /** Everything that was taken over. */
  objects: z.array(
    z.strictObject({ apiVersion: z.string(), kind: z.string(), name: z.string().min(1) }),
  ),
});

/** As the program writes it. */
export type AdoptionInput = z.input<typeof adoptionInputSchema>;

/** What the adoption step leaves behind. */
export interface AdoptionResult {
  /** Objects whose fields belonged to Helm when the step began: `Deployment/gateway`. */
  readonly handedOver: readonly string[];
  /** Secrets in which Helm still keeps its records. */
  readonly records: readonly string[];
}

/**
 * Makes the program the one owner of what Helm has made, in the metadata of the objects alone, and then says how Helm's own records are
 * retired. It never deletes one of them. A second run finds nothing left to do.
 *
 * @throws StepFailure where an object changes faster than it can be handed over.
 */
export const runAdoption = (input: AdoptionInput, io: StepIo): Promise<AdoptionResult> =>
  withCluster(input, io, async (client) => {
    const found = await findPaths(client, input.objects, input.namespace);
    const handedOver: string[] = [];
    for (const { object, path } of found) {
      if (await handOverOne(client, path)) handedOver.push(`${object.kind}/${object.name}`);
    }
    io.say(
      handedOver.length === 0
        ? "every object belongs to this program already"
        : `${handedOver.length} objects of the Helm release ${input.release} now belong to this program; no pod was restarted`,
    );
    return { handedOver, records: await tellRecords(client, input, io) };
  });

const ATTEMPTS = 10;

/** True where there was something to hand over. */
async function handOverOne(client: ClusterClient, path: string): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    const live = await client.find<KubernetesObject>(path);
    const operations = live === undefined ? [] : ownershipPatch(live.metadata);
    if (operations.length === 0) return false;
    try {
      await client.get(path, {
        method: "PATCH",
        type: "application/json-patch+json",
        body: operations,
      });
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

async function tellRecords(
  client: ClusterClient,
  input: AdoptionInput,
  io: StepIo,
): Promise<readonly string[]> {
  const list = await client.get<MetadataList<RecordMetadata>>(recordsPath(input), {
    accept: METADATA_LIST,
  });
  const records = readRecords(list);
  if (records.length > 0) {
    io.say(
      `Helm still has its records of ${input.release}. Once this run has ended well, retire them: ${retireCommand(input, records)}`,
    );
    io.say(`from now on never use Helm on it: ${whyRetire(input)}`);
  }
  return records.map(({ name }) => name);
}
