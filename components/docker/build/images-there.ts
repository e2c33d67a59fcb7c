import { fullName } from "../../registry/manifest-place";
import type { HostFacts, HostImage } from "../facts/host-facts";
import type { BuildSource, BuiltImage } from "./build-source";

/** An image that is built, and what the host has under its name. */
export interface BuiltLook extends BuiltImage {
  readonly found: HostImage | undefined;
}

/** Looks each of them up among the images of the host. */
export const lookUpBuilt = (
  { images }: Pick<BuildSource, "images">,
  host: Pick<HostFacts, "images">,
): readonly BuiltLook[] =>
  images.map((one) => ({
    ...one,
    found: host.images.find(({ tags }) => tags.map(fullName).includes(fullName(one.image))),
  }));
