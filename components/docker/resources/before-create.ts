import * as pulumi from "@pulumi/pulumi";
import type { HaveImage } from "../build/have-image";
import type { FreeName } from "../leftovers/free-name";
import type { ContainerSpec } from "../objects/container-spec";

/** What sees to it that the engine can make a container. */
export interface BeforeContainer {
  readonly freeName: FreeName;
  /** @defaultValue every image is pulled */
  readonly haveImage?: HaveImage;
}

/**
 * What the engine asks for just before it makes a container that it does not know, and in no other case: neither in a preview, nor where it has the container in
 * its state. So what has that name then was made by a run that was killed in between. An image that is built is there by then, unless somebody has removed it.
 */
export const beforeContainer = (
  { name, role, image }: Pick<ContainerSpec, "name" | "role" | "image">,
  { freeName, haveImage }: BeforeContainer,
): pulumi.ResourceHookBinding =>
  before(async () => {
    await report(haveImage?.(image));
    await report(freeName({ kind: "container", name, role }), "warn");
  });

/** The same for a network. */
export const beforeNetwork = (name: string, freeName: FreeName): pulumi.ResourceHookBinding =>
  before(() => report(freeName({ kind: "network", name }), "warn"));

/** Has an image built before the engine looks for it: one that the host has is not pulled. */
export const beforeImage = (
  name: string,
  haveImage: HaveImage | undefined,
): Pick<pulumi.CustomResourceOptions, "hooks"> =>
  haveImage === undefined ? {} : { hooks: before(() => report(haveImage(name))) };

const before = (work: () => Promise<void>): pulumi.ResourceHookBinding => ({
  beforeCreate: [work],
});

/** Tells what was done, if something was. */
async function report(
  doing: Promise<string | undefined> | undefined,
  as: "info" | "warn" = "info",
): Promise<void> {
  const done = await doing;
  if (done !== undefined) await pulumi.log[as](done);
}
