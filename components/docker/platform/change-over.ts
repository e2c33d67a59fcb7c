import { setTimeout as pause } from "node:timers/promises";
import { StepFailure } from "../../upgrade/step-io";
import { unlessDone } from "../api/is-gone";
import type { ContainerFacts } from "../facts/host-facts";
import { listContainers } from "../facts/list-containers";
import { composeContainers, isUp, stopAll } from "./compose-containers";
import type { DockerHost } from "./docker-host";
import type { FrontProxy } from "./front-proxy";
import { untilHealthy } from "./own-check";
import type { ComposePlace } from "./place";
import { askAddress, reachedAt } from "./talk";

/** Longest wait until the new gateways are ready, in seconds. */
const READY_WITHIN = 300;
/** Longest wait until database and Redis serve again, in seconds: PostgreSQL may have a crash to recover from. */
const DATA_WITHIN = 300;
/** Longest wait until the front proxy answers, in seconds. */
const PROXY_WITHIN = 30;
/** From the signal until database and Redis are killed, in seconds: PostgreSQL writes its memory out. */
const DATA_STOP_SECONDS = 120;

const LOOK_EVERY_MS = 100;

type Takes = NonNullable<ComposePlace["takes"]>;

/** One adoption, and what it works with. */
export interface Adoption {
  readonly host: DockerHost;
  readonly proxy: FrontProxy;
  readonly project: string;
  readonly takes: Takes;
}

/**
 * Has ours take the place of the containers of a Compose project: nothing is stopped before the new gateways are ready; then database and Redis change, and last
 * the owner of the published port. What an earlier run has done is not done again.
 *
 * @throws StepFailure if ours do not come up
 */
export async function changeOver(adoption: Adoption): Promise<void> {
  const { host, project, takes } = adoption;
  await refuseMissing(adoption);
  const data = await composeContainers(host.docker, project, Object.values(takes.data));
  // After a run that was killed in between the gateways have no database to be ready with.
  if (data.every(isUp)) await waitForGateways(adoption, { mayGiveUp: true });
  await takeData(adoption);
  await waitForGateways(adoption, { mayGiveUp: false });
  await takePort(adoption);
}

/**
 * Touches nothing where a container of ours is not there, though the engine knows it: nothing would serve once those of Compose are stopped.
 *
 * @throws StepFailure that names what is missing
 */
async function refuseMissing({ host, takes }: Adoption): Promise<void> {
  const all = new Set((await listContainers(host.docker)).map(({ name }) => name));
  const roles = Object.keys(takes.data);
  const data = await Promise.all(roles.map((role) => host.ofRole(role)));
  const missing = [
    ...roles.filter((_, index) => data[index]?.length === 0),
    ...(host.wanted().containers["gateway"] ?? []).filter((name) => !all.has(name)),
  ];
  if (missing.length > 0)
    throw new StepFailure(
      `there is no container of ours for ${missing.join(" and ")}: nothing of Compose was stopped`,
      "run pulumi refresh, then the upgrade again: it makes what is missing",
    );
}

/**
 * Has each wanted gateway run and pass its own check.
 *
 * @param options - whether one that Docker calls unhealthy is given up: not if it only was without its database
 */
async function waitForGateways(
  { host }: Adoption,
  { mayGiveUp }: { readonly mayGiveUp: boolean },
): Promise<void> {
  const names = host.wanted().containers["gateway"] ?? [];
  for (const name of names) await host.docker.getContainer(name).start().catch(unlessDone);
  await untilHealthy(host, names, READY_WITHIN, async () => {
    if (!mayGiveUp) return;
    const { state, problem } = await host.look("gateway");
    if (state === "failed" && problem !== undefined)
      throw new StepFailure(problem.text, problem.fix);
  });
}

/**
 * Touches nothing while two servers run on one volume: which of them has the data is for the operator to find out.
 *
 * @throws StepFailure that names them
 */
export async function refuseTwice({ host, project, takes }: Adoption): Promise<void> {
  const theirs = await composeContainers(host.docker, project, Object.values(takes.data));
  const [running, inUse] = [(await oursOn(host, takes)).filter(isUp), theirs.filter(isUp)];
  if (running.length === 0 || inUse.length === 0) return;
  throw new StepFailure(
    `${[...running, ...inUse].map(({ name }) => name).join(" and ")} run at the same time`,
    "stop those of Compose with docker stop, see to the data, then run this again",
  );
}

/** Our containers that keep data. */
const oursOn = async (host: DockerHost, { data }: Takes): Promise<readonly ContainerFacts[]> =>
  (await Promise.all(Object.keys(data).map((role) => host.ofRole(role)))).flat();

/** Stops database and Redis of Compose, with what else uses them, and starts ours on the same volumes. */
async function takeData({ host, project, takes }: Adoption): Promise<void> {
  const upOf = async (services: readonly string[]) =>
    (await composeContainers(host.docker, project, services)).filter(isUp);
  const [users, inUse] = [await upOf(takes.others), await upOf(Object.values(takes.data))];
  const ours = await oursOn(host, takes);
  const names = ours.map(({ name }) => name);
  if (users.length === 0 && inUse.length === 0 && ours.every(isUp)) return;
  const begunAt = Date.now();
  await stopAll(host, users, takes.stopSeconds);
  const stoppedAt = Date.now();
  await stopAll(host, inUse, DATA_STOP_SECONDS);
  await Promise.all(names.map((name) => host.docker.getContainer(name).start().catch(unlessDone)));
  await untilHealthy(host, names, DATA_WITHIN);
  host.io.say(
    `${names.join(" and ")} serve; without database and Redis for ${secondsSince(stoppedAt)} (with what uses them ${secondsSince(begunAt)})`,
  );
}

/** Stops the gateway of Compose, and starts the front proxy on the port that it had. */
async function takePort({ host, proxy, project, takes }: Adoption): Promise<void> {
  const theirs = (await composeContainers(host.docker, project, [takes.gateway])).filter(isUp);
  if (theirs.length === 0 && (await proxy.running()) !== undefined) return;
  await proxy.prepare();
  const begunAt = Date.now();
  await stopAll(host, theirs, takes.stopSeconds);
  const freeAt = Date.now();
  await proxy.begin();
  await untilServing(host, proxy, takes.ready);
  host.io.say(
    `the front proxy serves; the published port had no owner for at most ${secondsSince(begunAt)}, ${secondsSince(begunAt, freeAt)} of it while the gateway of Compose ended what was open`,
  );
}

async function untilServing(host: DockerHost, proxy: FrontProxy, path: string): Promise<void> {
  const end = Date.now() + PROXY_WITHIN * 1000;
  const address = reachedAt(host.wanted().proxy.bind);
  for (;;) {
    const name = await proxy.running();
    // Writes its configuration and starts it.
    if (name === undefined) await proxy.advance();
    else if ((await askAddress(host, name, address, path))?.status === 200) return;
    if (Date.now() > end)
      throw new StepFailure(
        `the front proxy does not answer at ${address} within ${PROXY_WITHIN} s`,
        "mend what its log names, then run this again",
      );
    await pause(LOOK_EVERY_MS, undefined, { signal: host.io.signal });
  }
}

/** All services whose place is taken. */
export const servicesOf = ({ data, gateway, others }: Takes): readonly string[] => [
  ...Object.values(data),
  gateway,
  ...others,
];

const secondsSince = (from: number, until = Date.now()): string =>
  `${((until - from) / 1000).toFixed(1)} s`;
