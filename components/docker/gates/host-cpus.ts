import { couldNotLook } from "../../upgrade/could-not-look";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import type { HostFacts } from "../facts/host-facts";
import type { ContainerSpec } from "../objects/container-spec";

const { pass, block, unknown } = gate("host-cpus");

/** What this gate looks at. */
export interface HostCpusArgs {
  readonly host: Observation<Pick<HostFacts, "daemon">>;
  readonly wanted: readonly Pick<ContainerSpec, "role" | "cpus">[];
  /** Config path of the limit of a role. */
  readonly at: (role: string) => string;
}

/**
 * Lets no upgrade begin with a limit above the CPUs of the host (S-05): Docker refuses such a container, in the middle of the run. CPUs are shared, so that their
 * sum is none of its business.
 *
 * Source: `moby/moby@v24.0.7:daemon/daemon_unix.go` (verifyPlatformContainerResources: "range of CPUs is from 0.01 to ...").
 */
export function hostCpus({ host, wanted, at }: HostCpusArgs): readonly Finding[] {
  const limits = new Map(wanted.map(({ role, cpus }) => [role, cpus]));
  const highest = Math.max(0, ...limits.values());
  const places = [...limits].map(([role, cpus]) => ({ place: at(role), cpus }));
  if (!host.observed)
    return [unknown(couldNotLook(at("gateway"), "the Docker daemon", host.reason))];
  const { name, cpus: there } = host.value.daemon;
  const above = places.filter(({ cpus }) => cpus > there);
  return above.length === 0
    ? [
        pass({
          at: at("gateway"),
          found: `${inCpus(there)} on ${name}, for at most ${highest} of one container`,
        }),
      ]
    : above.map(({ place, cpus }) =>
        block({
          at: place,
          found: `a limit of ${inCpus(cpus)}, and ${name} has ${there}: Docker would refuse the container`,
          expected: `at most ${there}`,
          fix: `set it to ${there} or less`,
        }),
      );
}

const inCpus = (count: number): string => `${count} ${count === 1 ? "CPU" : "CPUs"}`;
