import type Docker from "dockerode";
import { within } from "../../postgres/within";
import { openDocker, type DaemonAddress } from "../api/open-docker";
import { REVISION_LABEL } from "../build/build-source";
import { architectureOf } from "../objects/image-platform";
import type { HostFacts, HostImage } from "./host-facts";
import { listContainers } from "./list-containers";
import { lookAtRoom } from "./look-at-room";
import { lookAtServing } from "./look-at-serving";
import { readDaemon } from "./read-daemon";

/**
 * Longest look at a Docker host, in seconds. It is longer than other looks, since containers share the host with its daemon: one that was busy with gateways under load took
 * more than 15 s, and a way back must not be refused for that.
 */
export const longestHostLook = 60;

/**
 * One look at a Docker host: its daemon, and everything that it has. Changes nothing.
 *
 * @throws Error of one sentence if the daemon does not answer within {@link longestHostLook} seconds
 */
export const lookAtHost = (address: DaemonAddress): Promise<HostFacts> =>
  within(longestHostLook, `Docker at ${address.host}`, () => look(address));

async function look(address: DaemonAddress): Promise<HostFacts> {
  const docker = await openDocker(address);
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
    listed.map(async ({ Id, RepoTags, RepoDigests, Labels }) => {
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
        // Of an image without labels some daemons answer null.
        revision: (Labels as Readonly<Record<string, string>> | null)?.[REVISION_LABEL],
      };
    }),
  );
}
