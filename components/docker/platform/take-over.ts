import type { TakenOver } from "../../upgrade/platform";
import { StepFailure, wordsOf } from "../../upgrade/step-io";
import { unlessDone } from "../api/is-gone";
import type { ComposeContainer } from "../compose/read-project";
import { changeOver, refuseTwice, servicesOf, type Adoption } from "./change-over";
import { composeContainers, isUp } from "./compose-containers";
import type { DockerHost } from "./docker-host";
import type { FrontProxy } from "./front-proxy";

/**
 * Takes the place of the containers of a Compose project, and removes what the operator has consented to. Ours are made by then. Nothing is stopped before the new
 * gateways are ready; then database and Redis change, and last the owner of the published port. Each time it looks first, so that a killed run goes on; a
 * run that fails starts the containers of Compose again.
 *
 * @throws StepFailure if ours do not come up
 */
export async function takeOver(host: DockerHost, proxy: FrontProxy): Promise<TakenOver> {
  const { compose } = host.place;
  if (compose === undefined) return { handedOver: [], records: [], advice: [] };
  const { project, takes, remove } = compose;
  const handedOver = takes === undefined ? [] : await takePlace({ host, proxy, project, takes });
  const removed = await removeEnded(host, project, remove);
  const left =
    takes === undefined ? [] : await composeContainers(host.docker, project, servicesOf(takes));
  const records = left.filter((one) => !isUp(one)).map(({ name }) => name);
  return {
    handedOver,
    records,
    advice: [
      ...removed.map((name) => `${name}, which an older Compose file has left, is removed`),
      ...(records.length === 0
        ? []
        : [
            `from now on leave docker compose up alone: it would start a second server on the data. The stopped containers are the way back to Compose; once you do not want it any more: docker rm ${records.join(" ")}`,
          ]),
    ],
  };
}

async function takePlace(adoption: Adoption): Promise<readonly string[]> {
  const { host, proxy, takes, project } = adoption;
  const before = await composeContainers(host.docker, project, servicesOf(takes));
  const isAdopted = (await proxy.running()) !== undefined;
  await refuseTwice(adoption);
  try {
    await changeOver(adoption);
  } catch (error) {
    if (isAdopted) throw error;
    throw withWords(error, await giveBack(adoption, before));
  }
  return before.filter(isUp).map(({ name }) => name);
}

/** What has gone wrong, and what has become of Compose. */
const withWords = (error: unknown, outcome: string): StepFailure =>
  error instanceof StepFailure
    ? new StepFailure(`${error.reason}; ${outcome}`, error.fix)
    : new StepFailure(`${wordsOf(error)}; ${outcome}`, "see to the reason, then run this again");

/** @returns in words whether those of Compose serve again */
async function giveBack(adoption: Adoption, before: readonly ComposeContainer[]): Promise<string> {
  const { host, project } = adoption;
  host.io.say("starting the containers of Compose again");
  try {
    await startAgain(adoption, before);
    return `the Compose project ${project} is started again on its data`;
  } catch (error) {
    return `the Compose project ${project} could not be started again (${wordsOf(error)}): stop ours, then run docker compose up`;
  }
}

/** Stops ours, and starts those of Compose once nothing of ours is on the volumes. */
async function startAgain(
  { host, takes }: Adoption,
  before: readonly ComposeContainer[],
): Promise<void> {
  const { docker } = host;
  const stop = async (role: string) => {
    for (const { name } of (await host.ofRole(role)).filter(isUp))
      await docker.getContainer(name).stop().catch(unlessDone);
  };
  for (const role of Object.keys(host.wanted().containers)) await stop(role);
  await Promise.all(Object.keys(takes.data).map(stop));
  const isData = ({ service }: ComposeContainer) => Object.values(takes.data).includes(service);
  const inOrder = [...before.filter(isData), ...before.filter((one) => !isData(one))];
  for (const { name } of inOrder) await docker.getContainer(name).start().catch(unlessDone);
}

/** Ended containers of services that nobody runs any more, by consent alone (T-06). */
async function removeEnded(
  host: DockerHost,
  project: string,
  services: readonly string[],
): Promise<readonly string[]> {
  const ended = (await composeContainers(host.docker, project, services)).filter(
    (one) => !isUp(one),
  );
  for (const { name } of ended) await host.docker.getContainer(name).remove().catch(unlessDone);
  return ended.map(({ name }) => name);
}
