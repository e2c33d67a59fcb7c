import { valid } from "semver";
import type { Evidence } from "../../upgrade/evidence/evidence";
import { readImage } from "../../upgrade/image-name";
import type { Plan } from "../../upgrade/plan/plan";
import { planFromFacts } from "../../upgrade/plan/plan-from-facts";
import { isRefusal } from "../compose/adoption";
import type { ContainerFacts } from "../facts/host-facts";
import { isStill } from "../facts/is-still";
import { missingFrom } from "../facts/missing-from";
import type { DockerFacts } from "../gate-input";
import {
  GATEWAY_LABEL,
  RELEASE_LABEL,
  ROLE_LABEL,
  type ContainerSpec,
} from "../objects/container-spec";
import { stateOf } from "../platform/migration";
import { isReady } from "../watch/judge-containers";

/** What the stack file asks for, as far as a plan follows from it. */
export interface PlannedGateway {
  /** What its containers carry in a label. */
  readonly project: string;
  readonly version: string;
  /** True if exactly this was verified last: a container that is not there was taken away, and is none that this run makes. @defaultValue false */
  readonly verified?: boolean;
  /** Names of its gateways, of its front proxy, and of what else is rolled out, which follow from their settings. */
  readonly wanted: {
    readonly gateways: readonly string[];
    readonly proxy: string;
    /** @defaultValue none */
    readonly others?: readonly string[];
    /** What keeps data, and its volumes. @defaultValue nothing */
    readonly data?: readonly Pick<ContainerSpec, "name" | "volumes">[];
  };
}

/**
 * Plans from what was verified last, what runs now, and what the database holds.
 *
 * @param history - what this stack has verified so far
 */
export function planGateway(
  { project, version, wanted, verified = false }: PlannedGateway,
  facts: DockerFacts,
  history: readonly Evidence[] = [],
): Plan {
  const { host } = facts;
  const own = (host.observed ? host.value.containers : []).filter(
    ({ labels }) => labels[GATEWAY_LABEL] === project,
  );
  const gateways = own.filter(({ labels }) => labels[ROLE_LABEL] === "gateway");
  // Without one of them not all is served that was verified.
  const missing = missingFrom(own, [...wanted.gateways, wanted.proxy]);
  return planFromFacts({
    release: { version },
    facts,
    running: [
      ...new Set([
        ...releasesOf(
          gateways.filter(({ name, state }) => state === "running" && isServing(facts, name)),
        ),
        ...adoptedReleases(facts, version),
      ]),
    ],
    live: host.observed
      ? {
          stopped: stoppedIn(own),
          down: readyOf(
            (verified ? missing[0] : undefined) ??
              downIn(own, gateways, wanted) ??
              // One that this run makes may find an empty volume: the schema step looks, and nothing vouches for what was touched but a verification (law 7).
              (verified && facts.databaseAway === true ? "the database" : movedIn(own, wanted)),
          ),
          elsewhere: missing.length > 0 ? undefined : elsewhereIn(facts, own, wanted),
        }
      : undefined,
    begun: own
      .filter(({ labels }) => labels[ROLE_LABEL] === "migrate")
      .filter((one) => stateOf(one).state !== "suspended")
      .flatMap(begunOf),
    unseen: "nobody looks at it before the backup step does",
    history,
  });
}

/**
 * What takes requests in the place of the wanted containers, although all of them are there: a run that was killed has handed over, and the line was set back since.
 * The engine knows them as they are, and would ask for nothing but the removal of the others. Where one of them is still to be made, the rollout hands over anyway.
 */
function elsewhereIn(
  { host, own }: DockerFacts,
  containers: readonly ContainerFacts[],
  { gateways, proxy }: PlannedGateway["wanted"],
): string | undefined {
  if (!host.observed) return undefined;
  const names = new Set(containers.map(({ name }) => name));
  const { serving } = host.value;
  const verifiedAt = own.observed ? Date.parse(own.value?.verifiedAt ?? "") || 0 : 0;
  const startedAt = containers.find(({ name }) => name === proxy)?.startedAt ?? 0;
  const since = Math.max(startedAt, verifiedAt);
  const isOther = ({ labels, name }: ContainerFacts) =>
    labels[ROLE_LABEL] === "proxy" && name !== proxy;
  // One that did not come up has left its configuration in the volume that all of them have: the wanted one would start with it the next time.
  const proxies = containers
    .filter(isOther)
    .filter((one) => one.state === "running" || (one.startedAt ?? 0) > since);
  const others = (serving ?? []).filter((name) => names.has(name) && !gateways.includes(name));
  const missing = serving !== undefined && !gateways.every((name) => serving.includes(name));
  const all = [...proxies.map(({ name }) => name), ...others];
  if (all.length > 0) return all.toSorted().join(" and ");
  return missing ? "not all of its gateways" : undefined;
}

/** What a killed run has made and no front proxy was told of runs for nobody: it says nothing of the release, and asks for nothing. */
const isServing = ({ host }: DockerFacts, name: string): boolean =>
  !host.observed || host.value.serving === undefined || host.value.serving.includes(name);

const releasesOf = (containers: readonly ContainerFacts[]): readonly string[] => [
  ...new Set(containers.flatMap(({ labels }) => labels[RELEASE_LABEL] ?? [])),
];

/** What a Compose project runs that is taken over: by the tag of its image, else what the stack file says of it. */
function adoptedReleases({ compose }: DockerFacts, version: string): readonly string[] {
  if (compose?.observed !== true || compose.value === undefined || isRefusal(compose.value))
    return [];
  const { image, parts } = compose.value;
  return image !== undefined && parts.some(({ isRunning }) => isRunning)
    ? [valid(readImage(image).tag) ?? version]
    : [];
}

function begunOf({ labels, startedAt }: ContainerFacts) {
  const release = labels[RELEASE_LABEL];
  const begunAt = startedAt === undefined ? undefined : new Date(startedAt).toISOString();
  return release === undefined ? [] : [{ release, begunAt }];
}

const roleOf = ({ labels }: ContainerFacts): string => labels[ROLE_LABEL] ?? "";

/** What a restore has stopped, and when it was started last: it leaves nothing that would start it again. */
function stoppedIn(own: readonly ContainerFacts[]): string | undefined {
  const stopped = own
    .filter(({ labels }) => labels[ROLE_LABEL] !== "migrate")
    .filter(({ state, restart }) => state === "exited" && restart !== "unless-stopped")
    .map(({ name, startedAt = 0 }) => `${name} since ${new Date(startedAt).toISOString()}`);
  return stopped.length === 0 ? undefined : stopped.join(", ");
}

const readyOf = (what: string | undefined): string | undefined =>
  what === undefined ? undefined : `no container of ${what} ready`;

/**
 * The role of which nothing serves, with its last start, so that it asks again if the same befalls it once more before anything was verified. Without a front proxy no gateway is
 * reached, however well it is. What else was stopped is named last: the rollout starts it. One that is wanted is not made up for by another one that runs: that is of a release which
 * did not come up, and leaves with it, or one of fewer gateways than were asked for.
 */
function downIn(
  own: readonly ContainerFacts[],
  gateways: readonly ContainerFacts[],
  wanted: PlannedGateway["wanted"],
): string | undefined {
  if (gateways.length > 0 && !gateways.some(isReady)) return withStart(gateways);
  const proxies = own.filter(({ labels }) => labels[ROLE_LABEL] === "proxy");
  if (proxies.length > 0 && !proxies.some(isReady)) return withStart(proxies);
  const names = [...wanted.gateways, ...(wanted.others ?? [])];
  const stopped = own.find((one) => isStill(one) && names.includes(one.name));
  if (stopped !== undefined) return withStart([stopped], stopped.name);
  const isOver = (one: ContainerFacts) =>
    own.some((other) => roleOf(other) === roleOf(one) && other.state === "running");
  const still = own.find((one) => isStill(one) && !isOver(one));
  return still && withStart(own.filter((one) => roleOf(one) === roleOf(still)));
}

/** The volume on which this run makes PostgreSQL or Redis anew, where it had another one. */
function movedIn(
  own: readonly ContainerFacts[],
  { data = [] }: PlannedGateway["wanted"],
): string | undefined {
  const moved = data.flatMap(({ name, volumes }) => {
    const mounts = own.find((one) => one.name === name)?.mounts;
    return mounts === undefined
      ? []
      : volumes.filter(({ volume }) => !mounts.some(({ source }) => source === volume));
  });
  return moved[0] && `volume ${moved[0].volume}`;
}

/** What starts again and again by itself has no last start: it would ask anew in each run. */
function withStart(
  containers: readonly ContainerFacts[],
  what = containers.map(roleOf)[0] ?? "",
): string {
  if (!containers.every(({ state }) => state === "exited" || state === "created")) return what;
  const last = Math.max(...containers.map(({ startedAt = 0 }) => startedAt));
  return last === 0 ? what : `${what} (last started at ${new Date(last).toISOString()})`;
}
