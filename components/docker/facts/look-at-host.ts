import type Docker from "dockerode";
import { lookAtDocker } from "../api/look-at-docker";
import type { DaemonAddress } from "../api/open-docker";
import { REVISION_LABEL } from "../build/build-source";
import { architectureOf } from "../objects/image-platform";
import type { HostFacts, HostImage } from "./host-facts";
import { listContainers } from "./list-containers";
import { lookAtRoom } from "./look-at-room";
import { lookAtServing } from "./look-at-serving";
import { readDaemon } from "./read-daemon";

/**
 * One look at a Docker host: its daemon, and everything that it has. Changes nothing.
 *
 * @throws Error of one sentence if the daemon does not answer within its limit
 */
export const lookAtHost = (address: DaemonAddress): Promise<HostFacts> =>
  lookAtDocker(address, (docker) => look(docker, address));

async function look(docker: Docker, address: DaemonAddress): Promise<HostFacts> {
  const from = Date.now();
  const [info, version] = await Promise.all([docker.info() as Promise<unknown>, docker.version()]);
  const daemon = readDaemon({ info, version }, { from, to: Date.now() });
  const [containers, volumes, networks, images, beside] = await Promise.all([
    listContainers(docker),
    docker.listVolumes(),
    docker.listNetworks(),
    listImages(docker, daemon.platform.os),
    lookAtRoom(address, daemon),
  ]);
  const serving = await lookAtServing(docker, containers);
  return {
    daemon,
    containers,
    serving,
    // A daemon without any leaves the list out.
    volumes: ((volumes.Volumes as { Name: string }[] | null) ?? []).map(({ Name }) => Name),
    networks: networks.map(({ Name }) => Name),
    images,
    ...beside,
  };
}

async function listImages(docker: Docker, os: string): Promise<readonly HostImage[]> {
  const listed = await docker.listImages();
  return Promise.all(
    listed.map(async ({ Id, RepoTags, RepoDigests, Labels, Size }) => {
      const about = await docker
        .getImage(Id)
        .inspect()
        .catch(() => undefined);
      const architecture = architectureOf(about?.Architecture ?? "");
      return {
        id: Id,
        tags: (RepoTags ?? []).filter((tag) => !tag.startsWith("<none>")),
        digests: (RepoDigests ?? []).filter((digest) => !digest.startsWith("<none>")),
        platform: { os: about?.Os ?? os, architecture },
        bytes: Size,
        // Of an image without labels some daemons answer null.
        revision: (Labels as Readonly<Record<string, string>> | null)?.[REVISION_LABEL],
      };
    }),
  );
}
