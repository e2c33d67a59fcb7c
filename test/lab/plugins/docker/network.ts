import { setTimeout as pause } from "node:timers/promises";
import { isMap, type PropertyMap } from "../protocol/values";
import { label } from "./container-fields";
import { labelsOf } from "./container-request";
import { RefusedByDaemon, type DockerDaemon } from "./daemon";
import { asList, type Field, type Fields } from "./fields";
import type { Kind } from "./kind";
import { told } from "./words";

const fixed = (field: Field): Field => ({ ...field, replaces: true });
const chosen = (field: Field): Field => ({ ...field, replaces: true, computed: true });
const flag = fixed({ form: "flag" });

const fields: Fields = {
  name: fixed({ form: "text", required: true }),
  labels: fixed({ form: "blockSet", inner: label }),
  driver: chosen({ form: "text" }),
  options: chosen({ form: "map" }),
  internal: chosen({ form: "flag" }),
  attachable: flag,
  ingress: flag,
  ipv6: flag,
  ipamDriver: fixed({ form: "text", fallback: "default" }),
  ipamOptions: fixed({ form: "map" }),
  ipamConfigs: chosen({
    form: "blockSet",
    inner: {
      subnet: { form: "text" },
      ipRange: { form: "text" },
      gateway: { form: "text" },
      auxAddress: { form: "map" },
    },
  }),
  scope: { form: "text", output: true },
};

/** What of `GET /networks/<id>` is read. */
interface InspectedNetwork {
  readonly Name: string;
  readonly Id: string;
  readonly Scope: string;
  readonly Driver: string;
  readonly EnableIPv6: boolean;
  readonly Internal: boolean;
  readonly Attachable: boolean;
  readonly Ingress: boolean;
  readonly Options: Readonly<Record<string, string>> | null;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly IPAM: {
    readonly Driver: string;
    readonly Options: Readonly<Record<string, string>> | null;
    readonly Config: readonly Readonly<Record<string, string>>[] | null;
  };
}

/** How long a network with containers in it is waited for before it cannot be removed. Unit: seconds. */
const IN_USE_SECONDS = 30;
const LOOK_EVERY_MS = 1_000;

/**
 * A network. One of the same name that is there is in its way, whoever made it.
 *
 * Source: kreuzwerker/terraform-provider-docker@v4.5.0:internal/provider/resource_docker_network_funcs.go.
 */
export const network: Kind = {
  fields,
  deleteFirst: false,
  autonamed: true,
  create: async (daemon, inputs) => {
    const { Id: id } = (await told("Unable to create network", () =>
      daemon.must("POST", "/networks/create", { body: createRequest(inputs) }),
    )) as { readonly Id: string };
    const made = await look(daemon, id);
    return { id, outputs: made === undefined ? inputs : networkState(made, inputs) };
  },
  read: async (daemon, id, known) => {
    const found = await look(daemon, id);
    return found === undefined ? undefined : { id, outputs: networkState(found, known) };
  },
  remove: async (daemon, id) => {
    for (let left = IN_USE_SECONDS; left > 0; left -= 1) {
      if ((await look(daemon, id)) === undefined) return;
      try {
        await daemon.must("DELETE", `/networks/${id}`);
        return;
      } catch (error) {
        if (!(error instanceof RefusedByDaemon && /has active endpoints/.test(error.message)))
          throw error;
      }
      await pause(LOOK_EVERY_MS);
    }
    throw new Error(
      `timeout while waiting for state to become 'removed' (last state: 'pending', timeout: ${IN_USE_SECONDS}s)`,
    );
  },
};

// As in the official plugin, whatever goes wrong with the look counts as "not there".
const look = (daemon: DockerDaemon, id: string): Promise<InspectedNetwork | undefined> =>
  daemon.must("GET", `/networks/${encodeURIComponent(id)}`).then(
    (found) => found as InspectedNetwork,
    (error: unknown) => {
      if (error instanceof RefusedByDaemon) return undefined;
      throw error;
    },
  );

const createRequest = (inputs: PropertyMap): object => ({
  Name: inputs["name"],
  CheckDuplicate: true,
  Labels: labelsOf(inputs),
  Driver: inputs["driver"],
  Options: inputs["options"],
  Internal: inputs["internal"],
  Attachable: inputs["attachable"],
  Ingress: inputs["ingress"],
  EnableIPv6: inputs["ipv6"],
  IPAM: {
    Driver: inputs["ipamDriver"],
    Options: inputs["ipamOptions"],
    Config: asList(inputs["ipamConfigs"])
      .filter(isMap)
      .map((one) => ({
        Subnet: one["subnet"],
        IPRange: one["ipRange"],
        Gateway: one["gateway"],
        AuxiliaryAddresses: one["auxAddress"],
      })),
  },
});

/** Labels as the plugin tells them. */
export const labelsState = (
  labels: Readonly<Record<string, string>> | null,
): readonly PropertyMap[] =>
  Object.entries(labels ?? {}).map(([name, value]) => ({ label: name, value }));

const networkState = (found: InspectedNetwork, known: PropertyMap): PropertyMap => ({
  ...known,
  name: found.Name,
  labels: labelsState(found.Labels),
  driver: found.Driver,
  options: found.Options ?? {},
  internal: found.Internal,
  attachable: found.Attachable,
  ingress: found.Ingress,
  ipv6: found.EnableIPv6,
  ipamDriver: found.IPAM.Driver,
  ipamOptions: found.IPAM.Options ?? {},
  scope: found.Scope,
  ipamConfigs: (found.IPAM.Config ?? []).map((one) => ({
    ...(one["Subnet"] === undefined ? {} : { subnet: one["Subnet"] }),
    ...(one["IPRange"] === undefined ? {} : { ipRange: one["IPRange"] }),
    ...(one["Gateway"] === undefined ? {} : { gateway: one["Gateway"] }),
  })),
});
