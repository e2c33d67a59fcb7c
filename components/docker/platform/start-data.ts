import { setTimeout as pause } from "node:timers/promises";
import { StepFailure } from "../../upgrade/step-io";
import { unlessDone } from "../api/is-gone";
import type { ContainerFacts } from "../facts/host-facts";
import { isStill } from "../facts/is-still";
import { listContainers } from "../facts/list-containers";
import { GATEWAY_LABEL, ROLE_LABEL } from "../objects/container-spec";
import type { DockerHost } from "./docker-host";
import { untilHealthy } from "./own-check";

/** Longest wait until what keeps data serves again, in seconds: PostgreSQL may have a crash to recover from. */
const DATA_WITHIN = 300;
/** Longest wait until what was without it passes its own check again, in seconds. */
const RECOVERS_WITHIN = 15;
/** Longest wait until Docker has noticed that, in seconds: several intervals of a check. */
const NOTICED_WITHIN = 120;

/**
 * Starts those of our containers that keep data and stand still, and waits until they pass their own checks; those that run are fine. What is rolled out is left to the
 * rollout, but that Docker calls a gateway unhealthy which only was without its database is waited out.
 *
 * @throws StepFailure if somebody else runs on one of their volumes, or if one is not healthy within 300 s
 */
export async function startData(host: DockerHost): Promise<void> {
  const { docker, place, io, wanted } = host;
  // An adoption starts them itself, once nothing of Compose is on the volumes.
  if (place.compose?.takes !== undefined) return;
  const all = await listContainers(docker);
  const rolledOut = Object.keys(wanted().containers);
  const ours = all.filter(({ labels }) => labels[GATEWAY_LABEL] === wanted().gateway);
  await startAgain(
    { docker, io },
    ours.filter((one) => isStill(one) && !rolledOut.includes(one.labels[ROLE_LABEL] ?? "")),
    all,
  );
  await untilNoticed(host);
}

/** Until Docker says of what passes its own check again that it does. Of what does not pass it the rollout says why. */
async function untilNoticed({ docker, io, wanted }: DockerHost): Promise<void> {
  const unhealthy = async () =>
    (await listContainers(docker, wanted().gateway))
      .filter(({ state, health }) => state === "running" && health === "unhealthy")
      .map(({ name }) => name);
  const names = await unhealthy();
  if (names.length === 0) return;
  const isWell = await untilHealthy({ docker, io }, names, RECOVERS_WITHIN).then(
    () => true,
    () => false,
  );
  const end = Date.now() + NOTICED_WITHIN * 1000;
  while (isWell && Date.now() < end) {
    if (!(await unhealthy()).some((name) => names.includes(name))) return;
    await pause(500, undefined, { signal: io.signal });
  }
}

/**
 * The same for one container, by its name.
 *
 * @returns false if it is not ours, or does not stand still
 */
export async function startOneAgain(
  { docker, place, io }: Pick<DockerHost, "docker" | "place" | "io">,
  name: string,
): Promise<boolean> {
  const all = await listContainers(docker);
  const found = all.find(
    (one) => one.name === name && one.labels[GATEWAY_LABEL] === place.namespace && isStill(one),
  );
  if (found === undefined) return false;
  await startAgain({ docker, io }, [found], all);
  return true;
}

/** @param all - every container of the host: two servers on one volume destroy its data */
async function startAgain(
  { docker, io }: Pick<DockerHost, "docker" | "io">,
  still: readonly ContainerFacts[],
  all: readonly ContainerFacts[],
): Promise<void> {
  if (still.length === 0) return;
  for (const one of still) refuseSecond(one, all);
  for (const { name } of still) {
    io.say(`starting ${name}, which was stopped`);
    await docker.getContainer(name).start().catch(unlessDone);
  }
  const names = still.map(({ name }) => name);
  await untilHealthy({ docker, io }, names, DATA_WITHIN);
}

function refuseSecond({ name, mounts }: ContainerFacts, all: readonly ContainerFacts[]): void {
  const volumes = mounts.filter(({ kind }) => kind === "volume").map(({ source }) => source);
  const other = all.find(
    (one) =>
      one.name !== name &&
      (one.state === "running" || one.state === "restarting" || one.state === "paused") &&
      one.mounts.some(({ kind, source }) => kind === "volume" && volumes.includes(source)),
  );
  if (other === undefined) return;
  throw new StepFailure(
    `${name} was stopped, and ${other.name} runs on its volume ${volumes.join(" and ")}`,
    `see which of them has the data; stop the other one, then run the upgrade again`,
  );
}
