import { Command } from "@pulumi/command/local/command.js";
import * as pulumi from "@pulumi/pulumi";
import type { Applied, Target, Wave } from "../upgrade/target";

/** Hosts that change together, and the input of their steps. */
export interface HostsWave extends Omit<Wave, "apply"> {
  /** The wanted release. */
  readonly release: string;
  readonly hosts: readonly string[];
  /** Changes with all that makes the group another one: release, sums, hosts. */
  readonly hash: string;
}

/** A product on hosts, as plain values. */
export interface HostsTargetArgs {
  readonly waves: readonly HostsWave[];
  readonly verification: Target["verification"];
}

/** Hosts as the place of a product: each group is declared by a resource of its own, and the step of its wave brings its hosts there. */
export const hostsTarget = ({ waves, verification }: HostsTargetArgs): Target => ({
  connect: () => ({ options: {}, identifier: pulumi.output(undefined) }),
  configuration: () => [],
  availability: () => [],
  waves: waves.map(({ release, hosts, hash, ...wave }) => ({
    ...wave,
    apply: (gateway, options) => [
      group(`${gateway}-${wave.name}`, { release, hosts, hash }, options),
    ],
  })),
  verification,
});

/**
 * What a group is to be. It touches no host: it is what a Deployment is to pods. Made anew with each change, it has another id each time that it is declared, also on the way back from
 * an upgrade that has failed, so that the step runs then too.
 */
function group(
  name: string,
  { release, hosts, hash }: Pick<HostsWave, "release" | "hosts" | "hash">,
  options: pulumi.CustomResourceOptions,
): Applied {
  const resource = new Command(
    name,
    {
      create: `printf %s "$GATEWAYS_RELEASE"`,
      environment: { GATEWAYS_RELEASE: release, GATEWAYS_HOSTS: hosts.join(" ") },
      triggers: [release, hash],
    },
    options,
  );
  return { resource, revision: resource.id };
}
