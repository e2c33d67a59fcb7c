import { couldNotLook } from "../../upgrade/could-not-look";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import { clashOn } from "../clash";
import type { HostFacts } from "../facts/host-facts";
import type { DockerPlace } from "../settings";

const { pass, block, unknown } = gate("shared-host");

/** A gateway, and its host as it was seen. */
export interface HostedGateway {
  readonly name: string;
  readonly docker: DockerPlace;
  readonly host: Observation<Pick<HostFacts, "daemon">>;
}

/** What this gate looks at. */
export interface SharedHostArgs {
  readonly gateway: HostedGateway;
  /** All gateways of the stack on Docker hosts, that one among them. */
  readonly all: readonly HostedGateway[];
  /** Config path of the place. */
  readonly at: string;
}

/**
 * Lets no two gateways of a stack have one project, port or volume of one daemon, whatever addresses lead to it. That the stack file names one address twice is
 * refused before anything is looked at; that two names mean one host only its daemon tells, by its id and its name: the id alone is that of each host that was made from one image.
 */
export function sharedHost({ gateway, all, at }: SharedHostArgs): readonly Finding[] {
  const { host, docker } = gateway;
  if (!host.observed) return [unknown(couldNotLook(at, "the Docker daemon", host.reason))];
  const { id, name } = host.value.daemon;
  const beside = all.filter(
    (other) =>
      other.name !== gateway.name &&
      other.host.observed &&
      id !== "" &&
      other.host.value.daemon.id === id &&
      other.host.value.daemon.name === name,
  );
  const clashes = beside.flatMap((other) => {
    const clash = clashBetween(docker, other.docker);
    return clash === undefined
      ? []
      : [
          block({
            at: `${at}.${clash.at}`,
            found: `${clash.words}, which ${other.name} has; ${other.docker.host} is the same daemon as ${docker.host}`,
            expected: clash.expected,
            fix: clash.fix,
          }),
        ];
  });
  if (clashes.length > 0) return clashes;
  const names = beside.map(({ name }) => name).join(" and ");
  return [pass({ at, found: names === "" ? "no other gateway on that host" : `beside ${names}` })];
}

const clashBetween = (one: DockerPlace, other: DockerPlace) =>
  one.project === other.project
    ? {
        at: "project",
        words: `project ${one.project}`,
        expected: "a project of its own for every gateway of a host",
        fix: "give it another project",
      }
    : clashOn(one, other);
