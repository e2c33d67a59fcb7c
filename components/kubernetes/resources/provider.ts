import { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";

/** A gateway, as far as it says which cluster it is in. */
export interface Placed {
  /** How the cluster is reached today. */
  readonly kubernetes: { readonly kubeconfig?: string | undefined; readonly context: string };
  /** By what the engine knows the cluster; before there is a record the context by which the gateway is installed. */
  readonly identity: { readonly identifier?: string | undefined; readonly context: string };
  /** True if an earlier program has installed it, which left no record of that. */
  readonly predates: boolean;
}

/**
 * One provider per cluster that the stack file names, and for no other; a stack with one cluster calls it `cluster`.
 *
 * - The cluster's identity is the name of the context by which it was installed: another context for it, another kubeconfig or credential updates the
 *   provider instead of replacing every object. Whether it is that cluster is asked by the gate same-cluster.
 * - ConfigMaps and Secrets change in place; the default would delete and create them beside running pods.
 * - Objects that a killed run left behind are taken over; without that it could not be resumed.
 *
 * Source: `pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/provider/provider.go` (DiffConfig: with the same `clusterIdentifier` on both sides nothing is
 * replaced); `pulumi/pulumi@v3.245.0:pkg/resource/deploy/step_generator.go` (providerChanged asks the same, also of a provider with another name).
 */
export function kubernetesProviders(gateways: readonly Placed[]): (gateway: Placed) => Provider {
  const made = new Map<string, Provider>();
  const several = new Set(gateways.map(key)).size > 1;
  for (const gateway of gateways) {
    if (!made.has(key(gateway))) made.set(key(gateway), provider(several, gateway, gateways));
  }
  return (gateway) => made.get(key(gateway)) ?? provider(true, gateway, [gateway]);
}

const key = ({ kubernetes: { kubeconfig = "", context }, identity }: Placed): string =>
  `${kubeconfig} ${context} ${identifierOf(identity)}`;

const identifierOf = ({ identifier, context }: Placed["identity"]): string => identifier ?? context;

function provider(several: boolean, gateway: Placed, all: readonly Placed[]): Provider {
  const { kubernetes, identity } = gateway;
  const shared = all.filter((other) => key(other) === key(gateway));
  return new Provider(
    several ? `cluster-${identifierOf(identity)}` : "cluster",
    {
      kubeconfig: kubernetes.kubeconfig,
      context: kubernetes.context,
      clusterIdentifier: identifierOf(identity),
      enableConfigMapMutable: true,
      enableSecretMutable: true,
      upsertExistingObjects: true,
    },
    // What such a program has called the cluster is in the state alone.
    { ignoreChanges: shared.some(({ predates }) => predates) ? ["clusterIdentifier"] : [] },
  );
}

/** By what the engine knows the cluster of a provider: what the state has, where that is left as it is. */
export const identifierIn = (provider: Provider): pulumi.Output<string | undefined> =>
  pulumi.output(
    (provider as { readonly clusterIdentifier?: pulumi.Output<string> }).clusterIdentifier,
  );
