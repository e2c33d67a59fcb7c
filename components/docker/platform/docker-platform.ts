import type { HttpTarget, Platform, PlatformPlace } from "../../upgrade/platform";
import { StepFailure, type StepIo } from "../../upgrade/step-io";
import { lookAtDocker } from "../api/look-at-docker";
import { withDaemon } from "../api/open-docker";
import { listContainers } from "../facts/list-containers";
import { composeContainers, isUp } from "./compose-containers";
import { dockerHost, type DockerHost } from "./docker-host";
import { findContainer } from "./find-container";
import { frontProxy } from "./front-proxy";
import { migration } from "./migration";
import { dockerPlaceSchema } from "./place";
import { readLog } from "./read-log";
import { startData, startOneAgain } from "./start-data";
import { takeOver } from "./take-over";
import { askAddress, reachedAt } from "./talk";
import { lookAtRole, watchRollout } from "./watch-rollout";
import { whyFailed, type UsedContainers } from "./why-failed";
import { writersOf } from "./writers";

/**
 * Runs work with a Docker host. It is the daemon that the gates have looked at: only the place decides which one.
 *
 * @throws StepFailure if the daemon refuses or does not answer; also where the work has failed with something else and the daemon does not answer by then
 */
export async function withDocker<T>(
  place: PlatformPlace,
  io: StepIo,
  work: (platform: Platform) => Promise<T>,
): Promise<T> {
  const there = dockerPlaceSchema.parse(place);
  const used: UsedContainers = new Map();
  try {
    // One that accepts a connection and then says nothing would be waited for without an end.
    await lookAtDocker(there, (daemon) => daemon.ping());
    return await withDaemon(there, (docker) =>
      work(dockerPlatform(dockerHost(docker, there, io), used)),
    );
  } catch (error) {
    throw await whyFailed(error, there, { used });
  }
}

/** The platform that a Docker host is for one gateway. @param used - takes the containers in which its programs run */
function dockerPlatform(host: DockerHost, used: UsedContainers): Platform {
  const { docker, place } = host;
  const proxy = frontProxy(host);
  let data: Promise<void> | undefined;
  return {
    runningImages: (labels) => runningImages(host, labels),
    look: (workload) => lookAtRole(host, proxy, workload),
    watchRollout: (workload) => watchRollout(host, workload, () => (data ??= startData(host))),
    oneByOne: () => ({
      hold: () => Promise.resolve(),
      waiting: () => Promise.resolve([]),
      replace: unknownHere("a container that waits for its turn"),
    }),
    ask: async (to, path, request) => {
      const [from, address] = await Promise.all([proxy.running(), addressOf(host, to)]);
      return from === undefined || address === undefined
        ? undefined
        : askAddress(host, from, address, path, request);
    },
    log: (question) => readLog(docker, question),
    writers: (workloads) => writersOf(host, workloads),
    migration: (which) => migration(host, which),
    findSecret: unknownHere("a Secret"),
    externalBackup: unknownHere("an object that tells of backups"),
    takeOver: () => takeOver(host, proxy),
    findContainer: (query) =>
      findContainer(docker, place, query, {
        signal: host.io.signal,
        startAgain: (name) => startOneAgain(host, name),
        note: (name, startedAt) => used.set(name, startedAt),
      }),
    runClient: unknownHere("a Job"),
  };
}

const unknownHere = (what: string) => (): Promise<never> =>
  Promise.reject(
    new StepFailure(
      `a Docker host knows no such thing as ${what}`,
      "leave it out of the stack file",
    ),
  );

/** Images of the containers that run and have all of these labels; as long as none does, that of the gateway of a Compose project which is taken over. */
async function runningImages(
  { docker, place: { compose } }: DockerHost,
  labels: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const found = await listContainers(docker);
  const running = found.filter(
    (one) =>
      one.state === "running" &&
      Object.entries(labels).every(([key, value]) => one.labels[key] === value),
  );
  const theirs =
    running.length > 0 || compose?.takes === undefined
      ? []
      : await composeContainers(docker, compose.project, [compose.takes.gateway]);
  return [...new Set([...running, ...theirs.filter(isUp)].map(({ image }) => image))];
}

/** Where on the host a container is reached, or the front proxy of all; undefined if it has no such port. */
async function addressOf(host: DockerHost, to: HttpTarget): Promise<string | undefined> {
  if ("service" in to) return reachedAt(host.wanted().proxy.bind);
  const found = await listContainers(host.docker, host.wanted().gateway);
  const ports = found.find(({ name }) => name === to.instance)?.ports ?? [];
  const port = ports.find((one) => one.port === to.port);
  return port && `${port.address}:${port.hostPort}`;
}
