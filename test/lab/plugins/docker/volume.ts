import { setTimeout as pause } from "node:timers/promises";
import type { PropertyMap } from "../protocol/values";
import { label } from "./container-fields";
import { labelsOf } from "./container-request";
import { RefusedByDaemon, type DockerDaemon } from "./daemon";
import type { Fields } from "./fields";
import type { Kind } from "./kind";
import { labelsState } from "./network";
import { told } from "./words";

const fields: Fields = {
  name: { form: "text", replaces: true, computed: true },
  labels: { form: "blockSet", inner: label, replaces: true },
  driver: { form: "text", replaces: true, computed: true },
  driverOpts: { form: "map", replaces: true },
  mountpoint: { form: "text", output: true },
};

/** What of `GET /volumes/<name>` is read. */
interface InspectedVolume {
  readonly Name: string;
  readonly Driver: string;
  readonly Mountpoint: string;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Options: Readonly<Record<string, string>> | null;
}

/** How long a volume in use is waited for before it cannot be removed. Unit: seconds. */
const IN_USE_SECONDS = 30;
const LOOK_EVERY_MS = 1_000;

/**
 * A volume, known by its name. One of this name that is there is taken as it is, and its labels stay: what is made knows those that were asked for, and the first
 * refresh notes the others, which nobody asks for then. Whoever deletes the resource deletes the data all the same.
 *
 * Source: kreuzwerker/terraform-provider-docker@v4.5.0:internal/provider/resource_docker_volume.go.
 */
export const volume: Kind = {
  fields,
  deleteFirst: false,
  autonamed: true,
  create: async (daemon, inputs) => {
    const body = {
      Name: inputs["name"],
      Labels: labelsOf(inputs),
      Driver: inputs["driver"],
      DriverOpts: inputs["driverOpts"],
    };
    const made = (await told("Unable to create volume", () =>
      daemon.must("POST", "/volumes/create", { body }),
    )) as InspectedVolume;
    const found = (await look(daemon, made.Name)) ?? made;
    return {
      id: found.Name,
      outputs: { ...volumeState(found, inputs), labels: inputs["labels"] ?? [] },
    };
  },
  read: async (daemon, id, known) => {
    const found = await look(daemon, id);
    return found === undefined ? undefined : { id, outputs: volumeState(found, known) };
  },
  remove: async (daemon, id) => {
    for (let left = IN_USE_SECONDS; left > 0; left -= 1) {
      try {
        await daemon.must("DELETE", `/volumes/${encodeURIComponent(id)}?force=1`);
        return;
      } catch (error) {
        if (!(error instanceof RefusedByDaemon && /volume is in use/.test(error.message)))
          throw error;
      }
      await pause(LOOK_EVERY_MS);
    }
    throw new Error(
      `timeout while waiting for state to become 'removed' (last state: 'in_use', timeout: ${IN_USE_SECONDS}s)`,
    );
  },
};

async function look(daemon: DockerDaemon, name: string): Promise<InspectedVolume | undefined> {
  try {
    return (await daemon.must("GET", `/volumes/${encodeURIComponent(name)}`)) as InspectedVolume;
  } catch (error) {
    if (error instanceof RefusedByDaemon && error.status === 404) return undefined;
    throw new Error(`Unable to inspect volume: ${(error as Error).message}`, { cause: error });
  }
}

const volumeState = (found: InspectedVolume, known: PropertyMap): PropertyMap => ({
  ...known,
  name: found.Name,
  labels: labelsState(found.Labels),
  driver: found.Driver,
  driverOpts: found.Options ?? {},
  mountpoint: found.Mountpoint,
});
