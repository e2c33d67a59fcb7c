import { couldNotLook } from "../../upgrade/could-not-look";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import { projectOf } from "../compose/read-project";
import type { ContainerFacts, HostFacts } from "../facts/host-facts";
import { GATEWAY_LABEL, type ContainerSpec } from "../objects/container-spec";

const { pass, block, unknown } = gate("foreign-containers");

/**
 * Lets an upgrade begin only if no container of somebody else has a name that one of ours is to have: Docker gives a name once, and the upgrade would end
 * halfway.
 */
export function foreignContainers({
  host,
  gateway,
  wanted,
  at,
}: {
  readonly host: Observation<Pick<HostFacts, "containers">>;
  /** Project of the gateway, which its containers carry in a label. */
  readonly gateway: string;
  readonly wanted: readonly Pick<ContainerSpec, "name">[];
  /** The daemon's address. */
  readonly at: string;
}): readonly Finding[] {
  if (!host.observed) return [unknown(couldNotLook(at, "the Docker daemon", host.reason))];
  const names = new Set(wanted.map(({ name }) => name));
  const foreign = host.value.containers.filter(
    ({ name, labels }) => names.has(name) && labels[GATEWAY_LABEL] !== gateway,
  );
  return foreign.length === 0
    ? [pass({ at, found: "no container of somebody else under a name of ours" })]
    : foreign.map((container) =>
        block({
          at,
          found: `container ${container.name}, made by ${makerOf(container)}`,
          expected: "no container of somebody else under that name",
          fix: `give it another name (docker rename ${container.name} ${container.name}-1; Compose knows its containers by their labels), or this gateway another docker.project; if nobody needs it, docker stop it and docker rm it`,
        }),
      );
}

function makerOf(container: ContainerFacts): string {
  const gateway = container.labels[GATEWAY_LABEL];
  if (gateway !== undefined) return `this program for the gateway ${gateway}`;
  const project = projectOf(container);
  return project === undefined ? "hand" : `the Compose project ${project}`;
}
