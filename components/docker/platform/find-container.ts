import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import { DatabaseNotMade } from "../../postgres/with-source";
import type { Container, ContainerQuery, PlatformPlace } from "../../upgrade/platform";
import { StepFailure } from "../../upgrade/step-io";
import { isGone } from "../api/is-gone";
import { lookAtDocker } from "../api/look-at-docker";
import { projectOf } from "../compose/read-project";
import type { ContainerFacts } from "../facts/host-facts";
import { isEmptyVolume } from "../facts/is-empty-volume";
import { inspectOne, listContainers } from "../facts/list-containers";
import { readContainer, type Inspected } from "../facts/read-container";
import { containerOf } from "./docker-command";
import { dockerPlaceSchema, type DockerHostPlace } from "./place";

/** How long a container that has just been made may take until its check is content, in seconds. */
const STARTS_WITHIN = 120;

/** How a container is found. */
export interface FindOptions {
  readonly signal?: AbortSignal | undefined;
  /** Starts it if it was stopped; false if it is not one to be started. @defaultValue nothing is started, as by a look */
  readonly startAgain?: (name: string) => Promise<boolean>;
  /** Is told of the one that is found, and of its last start, in milliseconds since the epoch. */
  readonly note?: (name: string, startedAt: number | undefined) => void;
}

/**
 * Finds the one container that is meant, by its name, and waits for the end of its start. Until ours runs, that of a Compose project which is taken over is
 * meant.
 *
 * @throws DatabaseNotMade if neither it nor the volume of the place is there; StepFailure if it does not run
 */
export async function findContainer(
  docker: Docker,
  place: DockerHostPlace,
  { instance, selector }: ContainerQuery,
  { signal, startAgain = () => Promise.resolve(false), note = () => undefined }: FindOptions = {},
): Promise<Container> {
  if (instance === undefined)
    throw new StepFailure(
      `no container is named${selector === undefined ? "" : ` by ${selector}`}`,
      "name the container of the database",
    );
  const end = Date.now() + STARTS_WITHIN * 1000;
  let hasStarted = false;
  for (;;) {
    const found = await inspectOne(docker, instance);
    const state = found?.State;
    if (state?.Status !== "running") {
      const theirs = await inCompose(docker, place);
      if (theirs !== undefined) {
        note(theirs.name, theirs.startedAt);
        return containerOf(place, theirs.name);
      }
      if (hasStarted || !(await startAgain(instance)))
        return refuse(docker, place, instance, found);
      hasStarted = true;
      continue;
    }
    if (state.Health?.Status !== "starting" || Date.now() > end) {
      note(instance, found && readContainer(found).startedAt);
      return containerOf(place, instance);
    }
    await pause(500, undefined, { signal });
  }
}

/**
 * The same, for a look that opens no platform.
 *
 * @throws Error of one sentence if the daemon does not answer within the limit of a look
 */
export const findContainerAt = (
  place: PlatformPlace,
  query: ContainerQuery,
): Promise<Container> => {
  const there = dockerPlaceSchema.parse(place);
  return lookAtDocker(there, (docker) => findContainer(docker, there, query));
};

/** The running container of the Compose project with the same volume; undefined if there is none, or if no project is taken over. */
async function inCompose(
  docker: Docker,
  { composeProject, volume }: DockerHostPlace,
): Promise<ContainerFacts | undefined> {
  if (composeProject === undefined) return undefined;
  return (await listContainers(docker)).find(
    (one) =>
      one.state === "running" &&
      projectOf(one) === composeProject &&
      one.mounts.some(({ kind, source }) => kind === "volume" && source === volume),
  );
}

async function refuse(
  docker: Docker,
  { volume, database = "" }: DockerHostPlace,
  instance: string,
  found: Inspected | undefined,
): Promise<never> {
  if (found === undefined && volume !== undefined && !(await hasVolume(docker, volume)))
    throw new DatabaseNotMade(
      database,
      `neither container ${instance} nor volume ${volume} is there: no gateway has run here`,
    );
  if (found === undefined && volume !== undefined && (await isEmptyVolume(docker, volume)))
    throw new DatabaseNotMade(
      database,
      `container ${instance} is not there, and volume ${volume} is empty: no gateway has run here`,
    );
  if (found?.State.Status === "created" && !(await hasData(docker, found, volume)))
    throw new DatabaseNotMade(
      database,
      `container ${instance} was never started, and its volume is empty: no gateway has run here`,
    );
  throw new StepFailure(
    found === undefined
      ? `there is no container ${instance}${volume === undefined ? "" : `, though its data lies in volume ${volume}`}`
      : `container ${instance} does not run: it is ${found.State.Status}`,
    found === undefined
      ? "set the version to that of the run before, whose backup is there, and run pulumi refresh and pulumi up, which makes it; one of Compose that was taken down is started once with docker compose up --detach"
      : `docker ${found.State.Status === "paused" ? "unpause" : "start"} ${instance}; docker logs ${instance} says why it does not run`,
  );
}

/** Whether PostgreSQL has ever made its data in the volume of a container, which may stand still. A run that was killed leaves one that was never started. */
async function hasData(
  docker: Docker,
  { Id, Mounts }: Inspected,
  volume: string | undefined,
): Promise<boolean> {
  const mount = Mounts?.find(({ Name }) => Name !== undefined && Name === volume);
  if (mount === undefined) return true;
  try {
    await docker.getContainer(Id).infoArchive({ path: `${mount.Destination}/PG_VERSION` });
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

async function hasVolume(docker: Docker, name: string): Promise<boolean> {
  try {
    await docker.getVolume(name).inspect();
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}
