import { readImage } from "../../upgrade/image-name";
import type { Platform } from "../../upgrade/platform";
import { knownReleases, type BamfCatalogue } from "../catalogue";
import { cordonKeys, type CordonKeys } from "../cordon-keys";
import type { BridgeOptions } from "./options";

/**
 * The keys that a roll may write, by what runs at this moment: each API with each bridge has to be vouched for, since two releases may run side by side.
 *
 * @throws Error if the catalogue cannot be read
 */
export async function vouchedKeys(
  platform: Pick<Platform, "runningImages">,
  { api, bridge, catalogue: file }: Pick<BridgeOptions, "api" | "bridge" | "catalogue">,
): Promise<CordonKeys> {
  const [apis, bridges, catalogue] = await Promise.all([
    platform.runningImages(api.labels, api.container),
    platform.runningImages(bridge.labels, bridge.container),
    knownReleases(file),
  ]);
  return keysOfAll(catalogue, apis, bridges);
}

/** The keys for all pairs of images; whatever speaks against one of them speaks against all. */
export function keysOfAll(
  catalogue: BamfCatalogue,
  apis: readonly string[],
  bridges: readonly string[],
): CordonKeys {
  const pairs = apis.flatMap((api) =>
    bridges.map((bridge) =>
      cordonKeys(catalogue, { api: versionOf(api), bridge: versionOf(bridge) }),
    ),
  );
  const [first] = pairs;
  if (first === undefined)
    return { kind: "unknown", reason: "no API or no bridge runs whose release could be read" };
  return pairs.find(({ kind }) => kind !== "vouched") ?? leastSure(pairs) ?? first;
}

/** Keys that were only read, if any pair has such. */
const leastSure = (pairs: readonly CordonKeys[]): CordonKeys | undefined =>
  pairs.find((keys) => keys.kind === "vouched" && !keys.ran);

/** `0.11.0` of `ghcr.io/mattrobinsonsre/bamf-api:v0.11.0`; the image itself where it has no tag. */
const versionOf = (image: string): string => readImage(image).tag?.replace(/^v/, "") ?? image;
