import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import { StepFailure } from "../../upgrade/step-io";
import { isGone, statusOf, unlessDone } from "../api/is-gone";
import { withDaemon, type DaemonAddress } from "../api/open-docker";
import type { ContainerFacts } from "../facts/host-facts";
import { inspectOne, listContainers } from "../facts/list-containers";
import { readContainer } from "../facts/read-container";
import { GATEWAY_LABEL, ROLE_LABEL } from "../objects/container-spec";
import { askProxy } from "../platform/talk";
import { readServers, SHOW_SERVERS, type LiveServer } from "../proxy/runtime-api";
import { judgeLeftover } from "./judge-leftover";

/** What the engine is about to make. */
export type Wanted =
  | { readonly kind: "container"; readonly name: string; readonly role: string }
  | { readonly kind: "network"; readonly name: string };

/** Makes room for one thing that the engine is about to make, and says what it has removed; undefined if nothing was there. */
export type FreeName = (wanted: Wanted) => Promise<string | undefined>;

/** One gateway of a Docker host. */
export interface FreeNameArgs {
  readonly address: DaemonAddress;
  /** Project of the gateway, which its containers carry in a label. */
  readonly gateway: string;
  /** True if this stack has once verified it. */
  readonly known: boolean;
}

/** Longest wait until a container that is removed is gone, in seconds. */
const GONE_WITHIN = 60;

/**
 * Removes what a run has made that was killed before the engine has noted it: Docker gives each name once, and the same `up` would fail for ever. A volume is
 * never removed.
 *
 * @throws StepFailure if what has the name is not ours, or serves; nothing is touched then
 */
export const freeName =
  ({ address, ...known }: FreeNameArgs): FreeName =>
  (wanted) =>
    withDaemon(address, (docker) => free(docker, known, wanted));

async function free(
  docker: Docker,
  { gateway, known }: Omit<FreeNameArgs, "address">,
  wanted: Wanted,
): Promise<string | undefined> {
  if (wanted.kind === "network") return freeNetwork(docker, gateway, wanted.name);
  const inspected = await inspectOne(docker, wanted.name);
  if (inspected === undefined) return undefined;
  const found = readContainer(inspected);
  const servers = await serversOf(docker, gateway);
  const verdict = judgeLeftover({ found, gateway, role: wanted.role, servers, known });
  if (verdict.kind === "keep") throw new StepFailure(verdict.found, verdict.fix);
  if (verdict.kind === "free") return undefined;
  await remove(docker, found);
  return `removed container ${wanted.name}, which a run has made that was killed before the engine has noted it`;
}

/** What all front proxies of the gateway that run send to. */
async function serversOf(docker: Docker, gateway: string): Promise<readonly LiveServer[]> {
  const all = await listContainers(docker, gateway);
  const running = all.filter(
    ({ labels, state }) => labels[ROLE_LABEL] === "proxy" && state === "running",
  );
  const told = running.map(async ({ name }) =>
    readServers(await askProxy({ docker }, name, SHOW_SERVERS)),
  );
  return (await Promise.all(told)).flat();
}

/** Stops it in its own time, as a database needs, and removes it without any volume. */
async function remove(docker: Docker, { id, name, stopSeconds = 10 }: ContainerFacts) {
  const container = docker.getContainer(id);
  await container.stop({ t: stopSeconds }).catch(unlessDone);
  await container.remove({ v: false, force: true }).catch(unlessUnderWay);
  const end = Date.now() + GONE_WITHIN * 1000;
  while ((await inspectOne(docker, id)) !== undefined) {
    if (Date.now() > end)
      throw new StepFailure(
        `container ${name} is still there ${GONE_WITHIN} s after its removal`,
        `see why with docker inspect ${name}, then run the upgrade again`,
      );
    await pause(200);
  }
}

/** Somebody else removes it too, such as the killed run's own plugin. */
function unlessUnderWay(error: unknown): void {
  if (statusOf(error) !== 409) unlessDone(error);
}

/** An older daemon would make a second network of the same name. */
async function freeNetwork(
  docker: Docker,
  gateway: string,
  name: string,
): Promise<string | undefined> {
  const listed = (await docker.listNetworks()).filter((one) => one.Name === name);
  if (listed.length === 0) return undefined;
  const foreign = listed.some(({ Labels }) => Labels?.[GATEWAY_LABEL] !== gateway);
  if (foreign)
    throw new StepFailure(
      `network ${name} is there, and it was not made for the gateway ${gateway}`,
      `name it in docker.network, and it is taken as it is; or remove it: docker network rm ${name}`,
    );
  for (const { Id } of listed)
    await docker
      .getNetwork(Id)
      .remove()
      .catch((error: unknown) => {
        if (IN_USE.has(statusOf(error) ?? 0)) throw inUse(name);
        if (!isGone(error)) throw error;
      });
  return `removed network ${name}, which a run has made that was killed before the engine has noted it`;
}

/** What a daemon answers for a network on which containers run. */
const IN_USE = new Set([403, 409]);

/** A killed run has nothing on a network that the engine has not noted. */
const inUse = (name: string): StepFailure =>
  new StepFailure(
    `network ${name} is there and containers run on it, but this stack knows nothing of it`,
    "run the stack that has made it; if its state is lost, import that (pulumi stack import)",
  );
