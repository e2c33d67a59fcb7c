import { setTimeout as pause } from "node:timers/promises";
import type { Writers } from "../../upgrade/platform";
import { StepFailure } from "../../upgrade/step-io";
import { unlessDone } from "../api/is-gone";
import type { ContainerFacts } from "../facts/host-facts";
import { ROLE_LABEL } from "../objects/container-spec";
import type { DockerHost } from "./docker-host";

/** Restart policy of what a restore has stopped: it does not start by itself, also when the host does. */
const STOPPED = "no";
/**
 * That of a container which serves, and of what a complete restore keeps stopped: as one that a person has stopped, it is started by a rollout alone. A policy is what can be
 * changed of a container that is there; on-failure would have a daemon that comes back start each that was killed as it stopped (seen with Docker 20.10).
 */
const SERVING = "unless-stopped";

/** The containers that write to the database; see {@link Writers}. */
export function writersOf(host: DockerHost, roles: readonly string[]): Writers {
  const read = async () => (await Promise.all(roles.map((role) => host.ofRole(role)))).flat();
  return {
    checkStop: async () => {
      const found = await read();
      if (found.length > 0) return;
      throw new StepFailure(
        `there is no container of ${roles.join(" and ")} to stop`,
        "see what runs on the host, then run this again",
      );
    },
    stop: async (deadlineSeconds) => {
      for (const one of (await read()).filter(isUp)) await stopOne(host, one);
      await waitUntilGone(read, deadlineSeconds, host);
    },
    keepStopped: async () => {
      for (const one of (await read()).filter(isStopped)) await setPolicy(host, one, SERVING);
    },
    start: async () => {
      const all = await read();
      const ours = all.filter(isStopped);
      for (const one of ours) await startOne(host, one);
      return {
        started: ours.map(({ name }) => `started ${name}`),
        left: all.filter((one) => isLeft(one, all)).map(({ name }) => name),
      };
    },
  };
}

/** Starts what a restore has stopped of the containers that are wanted now, whether that restore is complete or not. */
export async function startStopped(
  host: DockerHost,
  role: string,
  names: readonly string[],
): Promise<void> {
  const found = (await host.ofRole(role)).filter(({ name }) => names.includes(name));
  for (const one of found.filter((each) => !isUp(each))) {
    host.io.say(`starting ${one.name}, which is ${one.state}`);
    await startOne(host, one);
  }
}

/** Stops what is not wanted any more, and leaves its removal to the engine. */
export async function stopOlder(
  host: DockerHost,
  role: string,
  names: readonly string[],
): Promise<void> {
  const older = (await host.ofRole(role)).filter(({ name }) => !names.includes(name));
  for (const { name } of older.filter(isUp)) {
    host.io.say(`stopping ${name} of the release before`);
    await host.docker.getContainer(name).stop().catch(unlessDone);
  }
}

/** True if a restore has stopped it and is not complete. */
const isStopped = (one: ContainerFacts): boolean => !isUp(one) && one.restart === STOPPED;

/** True if a complete restore, or a person, keeps its role stopped: beside one that serves it is an older one, which a rollout has stopped. */
const isLeft = (one: ContainerFacts, all: readonly ContainerFacts[]): boolean =>
  one.state === "exited" &&
  one.restart === SERVING &&
  !all.some((other) => roleOf(other) === roleOf(one) && (isUp(other) || isStopped(other)));

const roleOf = ({ labels }: ContainerFacts): string | undefined => labels[ROLE_LABEL];

const isUp = ({ state }: ContainerFacts): boolean =>
  state === "running" || state === "restarting" || state === "paused";

async function stopOne(host: DockerHost, one: ContainerFacts): Promise<void> {
  host.io.say(`stopping ${one.name}`);
  await setPolicy(host, one, STOPPED);
  await host.docker.getContainer(one.name).stop().catch(unlessDone);
}

async function startOne(host: DockerHost, one: ContainerFacts): Promise<void> {
  await setPolicy(host, one, SERVING);
  await host.docker.getContainer(one.name).start().catch(unlessDone);
}

async function setPolicy(
  { docker }: DockerHost,
  { name }: ContainerFacts,
  policy: string,
): Promise<void> {
  await docker.getContainer(name).update({ RestartPolicy: { Name: policy } });
}

async function waitUntilGone(
  read: () => Promise<readonly ContainerFacts[]>,
  deadlineSeconds: number,
  { io }: DockerHost,
): Promise<void> {
  const end = Date.now() + deadlineSeconds * 1000;
  for (;;) {
    const up = (await read()).filter(isUp).map(({ name }) => name);
    if (up.length === 0) return;
    if (Date.now() > end)
      throw new StepFailure(
        `containers that write to the database still run after ${deadlineSeconds} s: ${up.join(", ")}`,
        "see why they do not end, then run this again",
      );
    await pause(500, undefined, { signal: io.signal });
  }
}
