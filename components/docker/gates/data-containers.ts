import { couldNotLook } from "../../upgrade/could-not-look";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import type { HostFacts } from "../facts/host-facts";
import { GATEWAY_LABEL, SPEC_LABEL, type ContainerSpec } from "../objects/container-spec";

const { pass, warn, block, unknown } = gate("data-containers");

/** What this gate looks at. */
export interface DataContainersArgs {
  readonly host: Observation<Pick<HostFacts, "containers" | "volumes">>;
  /** True if this stack has once verified the gateway: its data was there. */
  readonly verified: boolean;
  /** Project of the gateway, which its containers carry in a label. */
  readonly gateway: string;
  /** PostgreSQL, Redis: what stays over an upgrade, and has one name. */
  readonly data: readonly Pick<ContainerSpec, "role" | "name" | "labels" | "volumes">[];
  /** The daemon's address. */
  readonly at: string;
}

/**
 * Tells before what a changed setting of PostgreSQL or Redis costs: nothing may run twice on a volume, so that the old container is stopped before the new one
 * starts. The volume stays. Where the volume of a verified gateway is not on the host, as after `docker system prune --volumes`, under another project or on another machine, nothing is made: it would
 * begin with an empty database, and end well (law 7).
 */
export function dataContainers({
  host,
  verified,
  gateway,
  data,
  at,
}: DataContainersArgs): readonly Finding[] {
  if (!host.observed) return [unknown(couldNotLook(at, "the Docker daemon", host.reason))];
  const { containers, volumes } = host.value;
  const gone = data
    .flatMap(({ role, volumes: own }) => own.map(({ volume }) => ({ role, volume })))
    .filter(({ volume }) => verified && !volumes.includes(volume));
  if (gone.length > 0) return gone.map(({ role, volume }) => block(isGone(role, volume, at)));
  const live = new Map(containers.map((container) => [container.name, container]));
  const changed = data.filter(({ name, labels }) => {
    const found = live.get(name)?.labels ?? {};
    return found[GATEWAY_LABEL] === gateway && found[SPEC_LABEL] !== labels[SPEC_LABEL];
  });
  return changed.length === 0
    ? [pass({ at, found: "no container of a database or of Redis is made anew" })]
    : changed.map(({ role, name, volumes }) =>
        warn({
          at: `container ${name}`,
          found: `other settings than it was made with: it is stopped and made anew on ${volumes.map(({ volume }) => `volume ${volume}`).join(" and ") || "no volume"}, and requests of that moment have no ${role}`,
          expected: "no gap",
          fix: "choose a quiet time for this change, or set its image, limits and secrets back; another password has to be that of the role in the data already (ALTER ROLE), which this does not change",
        }),
      );
}

/** One that was made by hand is the operator's word. */
const isGone = (role: string, volume: string, at: string) => ({
  at,
  found: `no volume ${volume}, though this stack has verified the gateway: it would begin with no data`,
  expected: "the data of what was verified",
  fix: `name the host, project and volume that have it; if it is lost, docker volume create ${volume}${role === "postgres" ? ", and restore a dump into it" : `, on which ${role} begins empty`} (docs/docker.md#a-volume-that-is-gone)`,
});
