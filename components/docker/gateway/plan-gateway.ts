import { valid } from "semver";
import type { Evidence } from "../../upgrade/evidence/evidence";
import { readImage } from "../../upgrade/image-name";
import type { Plan } from "../../upgrade/plan/plan";
import { planFromFacts } from "../../upgrade/plan/plan-from-facts";
import { isRefusal } from "../compose/adoption";
import type { ContainerFacts } from "../facts/host-facts";
import type { DockerFacts } from "../gate-input";
import { GATEWAY_LABEL, RELEASE_LABEL, ROLE_LABEL } from "../objects/container-spec";
import { stateOf } from "../platform/migration";
import { isReady } from "../watch/judge-containers";

/**
 * Plans from what was verified last, what runs now, and what the database holds.
 *
 * @param project - what its containers carry in a label
 * @param history - what this stack has verified so far
 */
export function planGateway(
  { project, version }: { readonly project: string; readonly version: string },
  facts: DockerFacts,
  history: readonly Evidence[] = [],
): Plan {
  const { host } = facts;
  const own = (host.observed ? host.value.containers : []).filter(
    ({ labels }) => labels[GATEWAY_LABEL] === project,
  );
  const gateways = own.filter(({ labels }) => labels[ROLE_LABEL] === "gateway");
  return planFromFacts({
    release: { version },
    facts,
    running: [
      ...new Set([
        ...releasesOf(gateways.filter(({ state }) => state === "running")),
        ...adoptedReleases(facts, version),
      ]),
    ],
    live: host.observed ? livenessOf(own, gateways) : undefined,
    begun: own
      .filter(({ labels }) => labels[ROLE_LABEL] === "migrate")
      .filter((one) => stateOf(one).state !== "suspended")
      .flatMap(begunOf),
    unseen: "nobody looks at it before the backup step does",
    history,
  });
}

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

/** Whether it serves. A restore leaves what it has stopped without a restart policy that would start it again. */
function livenessOf(own: readonly ContainerFacts[], gateways: readonly ContainerFacts[]) {
  const stopped = own
    .filter(({ labels }) => labels[ROLE_LABEL] !== "migrate")
    .filter(({ state, restart }) => state === "exited" && restart !== "unless-stopped")
    .map(({ name, startedAt = 0 }) => `${name} since ${new Date(startedAt).toISOString()}`);
  return {
    stopped: stopped.length === 0 ? undefined : stopped.join(", "),
    down: gateways.length > 0 && !gateways.some(isReady) ? "gateway" : undefined,
  };
}
