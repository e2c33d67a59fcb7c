import { couldNotLook } from "../../upgrade/could-not-look";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import type { HostFacts } from "../facts/host-facts";
import { networkOf, type DockerPlace } from "../settings";

const { pass, warn, block, unknown } = gate("host-network");

/** What this gate looks at. */
export interface HostNetworkArgs {
  readonly host: Observation<Pick<HostFacts, "networks">>;
  /** A network that is named there is taken as it is, and nobody makes it. */
  readonly docker: DockerPlace;
  /** What this stack has verified of the gateway last. */
  readonly own: Observation<unknown>;
  /** Config path of the network. */
  readonly at: string;
}

/**
 * Lets no upgrade begin with a network that nobody makes: Docker refuses a container on it in the middle of the run, and PostgreSQL is stopped and removed by then, since another network
 * makes it anew. One that this program has made and somebody has removed is told: the engine knows it still, and may not make it.
 */
export function hostNetwork({ host, docker, own, at }: HostNetworkArgs): readonly Finding[] {
  const network = networkOf(docker);
  if (!host.observed) return [unknown(couldNotLook(at, "the Docker daemon", host.reason))];
  if (host.value.networks.includes(network))
    return [pass({ at, found: `network ${network}, which is there` })];
  if (docker.network !== undefined)
    return [
      block({
        at,
        found: `network ${network}, which is not on the host: it has ${host.value.networks.toSorted().join(", ") || "none"}`,
        expected: "a network that is there, since one that is named is taken as it is",
        fix: `correct the name, or make it: docker network create ${network}`,
      }),
    ];
  return [
    own.observed && own.value !== undefined
      ? warn({
          at,
          found: `network ${network}, which is not there any more`,
          expected: "the one that this program has made",
          fix: "run pulumi refresh first, so that the engine makes it anew",
        })
      : pass({ at, found: `network ${network}, which this program makes` }),
  ];
}
