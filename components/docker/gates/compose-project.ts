import { couldNotLook } from "../../upgrade/could-not-look";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import { COMPOSE, projectOf } from "../compose/read-project";
import type { ContainerFacts, HostFacts } from "../facts/host-facts";
import { GATEWAY_LABEL } from "../objects/container-spec";

const { pass, warn, block, unknown } = gate("compose-project");

/** What this gate looks at. */
export interface ComposeProjectArgs {
  readonly host: Observation<Pick<HostFacts, "containers">>;
  /** Project of the gateway, which its containers carry in a label. */
  readonly gateway: string;
  /** Volumes of this gateway, by name. */
  readonly volumes: readonly string[];
  /** Network of this gateway. */
  readonly network: string;
  /** Compose project that is taken over now; undefined if none is. */
  readonly adopted: string | undefined;
  /** The daemon's address. */
  readonly at: string;
}

/**
 * Lets no upgrade begin while somebody else runs programs on the gateway's volumes: two servers on one data folder destroy it, and a `docker compose up` by
 * hand brings exactly that. Containers of others that only share the network are told, since they may answer under the gateway's names.
 */
export function composeProject(args: ComposeProjectArgs): readonly Finding[] {
  const { host, gateway, volumes, network, adopted, at } = args;
  if (!host.observed) return [unknown(couldNotLook(at, "the Docker daemon", host.reason))];
  const others = host.value.containers
    .filter(({ labels }) => labels[GATEWAY_LABEL] !== gateway)
    .filter(({ state }) => state !== "exited" && state !== "created" && state !== "dead");
  const onData = others.filter(({ mounts }) =>
    mounts.some(({ kind, source }) => kind === "volume" && volumes.includes(source)),
  );
  const [taken, strangers] = [
    onData.filter(isOf(adopted)),
    onData.filter((one) => !isOf(adopted)(one)),
  ];
  const beside = others.filter(
    (one) => !onData.includes(one) && Object.hasOwn(one.networks, network) && !isOf(adopted)(one),
  );
  const findings = [
    ...strangers.map((one) => block(onVolume(one, args))),
    ...(taken.length === 0 || adopted === undefined ? [] : [warn(takenOver(taken, adopted, at))]),
    ...beside.map((one) => warn(onNetwork(one, args))),
  ];
  return findings.length > 0
    ? findings
    : [pass({ at, found: "nobody else on the volumes and on the network of the gateway" })];
}

const isOf =
  (project: string | undefined) =>
  (container: ContainerFacts): boolean =>
    project !== undefined && projectOf(container) === project;

const onVolume = (container: ContainerFacts, { volumes, at }: ComposeProjectArgs) => ({
  at,
  found: `container ${container.name}${ofProject(container)} on volume ${volumesOf(container, volumes)}`,
  expected: "nobody but this program on the volumes of the gateway",
  fix: `stop it before anything else: docker stop ${container.name}${keepAway(container)}`,
});

const onNetwork = (container: ContainerFacts, { network, at }: ComposeProjectArgs) => ({
  at,
  found: `container ${container.name}${ofProject(container)} on network ${network}, as ${(container.networks[network] ?? []).join(", ") || container.name}`,
  expected: "only what belongs to the gateway, or what is meant to reach it",
  fix: "nothing if it is meant to be there; else docker stop it",
});

const takenOver = (taken: readonly ContainerFacts[], project: string, at: string) => ({
  at,
  found: `the Compose project ${project} with ${taken.map(({ name }) => name).join(", ")} on the volumes: they are stopped, and the same data is served from`,
  expected: "an install to be adopted",
  fix: "nothing; from then on leave docker compose up alone, which would start them beside ours",
});

const ofProject = (container: ContainerFacts): string => {
  const project = projectOf(container);
  return project === undefined ? "" : ` of the Compose project ${project}`;
};

const volumesOf = ({ mounts }: ContainerFacts, volumes: readonly string[]): string =>
  mounts
    .filter(({ kind, source }) => kind === "volume" && volumes.includes(source))
    .map(({ source }) => source)
    .join(" and ");

const keepAway = ({ labels }: ContainerFacts): string =>
  labels[COMPOSE.folder] === undefined
    ? ""
    : `, and put the Compose file in ${labels[COMPOSE.folder]} away`;
