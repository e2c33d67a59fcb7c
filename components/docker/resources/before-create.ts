import * as pulumi from "@pulumi/pulumi";
import type { FreeName, Wanted } from "../leftovers/free-name";
import type { ContainerSpec } from "../objects/container-spec";

/**
 * What the engine asks for just before it makes a container that it does not know, and in no other case: neither in a preview, nor where it has the container in
 * its state. So what has that name then was made by a run that was killed in between.
 */
export const beforeContainer = (
  { name, role }: Pick<ContainerSpec, "name" | "role">,
  freeName: FreeName,
): pulumi.ResourceHookBinding => before({ kind: "container", name, role }, freeName);

/** The same for a network. */
export const beforeNetwork = (name: string, freeName: FreeName): pulumi.ResourceHookBinding =>
  before({ kind: "network", name }, freeName);

const before = (wanted: Wanted, freeName: FreeName): pulumi.ResourceHookBinding => ({
  beforeCreate: [
    async () => {
      const removed = await freeName(wanted);
      if (removed !== undefined) await pulumi.log.warn(removed);
    },
  ],
});
