import { text } from "node:stream/consumers";
import type Docker from "dockerode";
import { extract } from "tar-stream";
import { isGone } from "../api/is-gone";
import { lookAtDocker } from "../api/look-at-docker";
import type { DaemonAddress } from "../api/open-docker";
import type { HostFacts } from "./host-facts";
import { isEmptyVolume } from "./is-empty-volume";

/**
 * Major version of PostgreSQL's data in a volume, read out of any container that has it, one that stands still as well; undefined if the volume is not there or
 * holds none. Changes nothing.
 *
 * @param path - where PostgreSQL keeps its data in a container
 * @throws Error if the volume is there, is not known to be empty, and no container has it, or if the daemon does not answer within its limit
 */
export async function readDataMajor(
  address: DaemonAddress,
  host: Pick<HostFacts, "volumes" | "containers">,
  { volume, path }: { readonly volume: string; readonly path: string },
): Promise<string | undefined> {
  if (!host.volumes.includes(volume)) return undefined;
  const owner = host.containers.find(({ mounts }) =>
    mounts.some((mount) => mount.source === volume && mount.path === path),
  );
  return lookAtDocker(address, async (docker) => {
    if (owner !== undefined) return readFileIn(docker, owner.id, `${path}/PG_VERSION`);
    // A first install that was killed has made it, and nothing that uses it.
    if (await isEmptyVolume(docker, volume)) return undefined;
    throw new Error(`no container has volume ${volume} at ${path}`);
  });
}

/** The words of a small file in a container; undefined if it is not there. */
async function readFileIn(
  docker: Docker,
  container: string,
  path: string,
): Promise<string | undefined> {
  try {
    const archive = await docker.getContainer(container).getArchive({ path });
    const files = extract();
    archive.pipe(files);
    for await (const entry of files) return (await text(entry)).trim();
    return undefined;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
