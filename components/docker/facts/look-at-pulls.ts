import type Docker from "dockerode";
import { fullName } from "../../registry/manifest-place";
import { longestLook } from "../../postgres/within";
import { observe, type Observation } from "../../upgrade/observation";
import { isGone } from "../api/is-gone";
import { lookAtDocker } from "../api/look-at-docker";
import type { DaemonAddress } from "../api/open-docker";
import { architectureOf, type ImagePlatform } from "../objects/image-platform";
import type { HostImage } from "./host-facts";

/** What the registry of an image tells the daemon that is to pull it. */
export interface PullFacts {
  readonly exists: boolean;
  /** Platforms that it is made for; empty if the registry does not tell. */
  readonly platforms: readonly ImagePlatform[];
}

/** The image of a host that an image's name means there, by tag or by digest; undefined if the daemon has to pull it. */
export const imageOn = (images: readonly HostImage[], name: string): HostImage | undefined =>
  images.find(({ tags, digests }) =>
    [...tags, ...digests].some((one) => fullName(one) === fullName(name)),
  );

/**
 * Asks the daemon what it could pull, without pulling anything: it asks the registry of each image by its own name service, mirrors and certificates, and without
 * credentials, as the engine pulls. All at once; changes nothing.
 */
export async function lookAtPulls(
  address: DaemonAddress,
  images: readonly string[],
): Promise<Readonly<Record<string, Observation<PullFacts>>>> {
  const looks = images.map(async (image) => [image, await lookAtPull(address, image)] as const);
  return Object.fromEntries(await Promise.all(looks));
}

const lookAtPull = (address: DaemonAddress, image: string): Promise<Observation<PullFacts>> =>
  observe(() => lookAtDocker(address, (docker) => ask(docker, image), longestLook));

async function ask(docker: Docker, image: string): Promise<PullFacts> {
  try {
    const { Platforms } = await docker.getImage(image).distribution();
    return { exists: true, platforms: platformsIn(Platforms) };
  } catch (error) {
    if (isGone(error)) return { exists: false, platforms: [] };
    throw new Error(saidBy(error), { cause: error });
  }
}

/** Some daemons answer null, and some a platform without a name for what the registry does not tell. */
const platformsIn = (
  listed: readonly { readonly architecture: string; readonly os: string }[] | null,
): readonly ImagePlatform[] =>
  (listed ?? [])
    .filter(({ os, architecture }) => os !== "" && architecture !== "")
    .map(({ os, architecture }) => ({ os, architecture: architectureOf(architecture) }));

/** The daemon's own words without the client's prefix: `(HTTP code 500) server error - Get "https://...": dial tcp: no such host`. */
const saidBy = (error: unknown): string => {
  const { json } = error as { readonly json?: { readonly message?: string } };
  const words = json?.message ?? (error instanceof Error ? error.message : String(error));
  return words.trim();
};
