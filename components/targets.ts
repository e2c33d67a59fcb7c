import type { ConfiguredProduct, ConfiguredTarget } from "./config/keys";
import type { Declared } from "./config/schema";
import { prepareOnDocker } from "./docker/gateway/prepare";
import type { DockerProduct } from "./docker/gateway/product";
import { configuredDocker, type DockerGateway } from "./docker/gateway/settings";
import { realSources, type Running } from "./hosts/gateway/look-at-hosts";
import { prepareOnHosts } from "./hosts/gateway/prepare";
import { prepareOnMachine, realMachineSources } from "./hosts/machine/prepare";
import type { MachineProduct } from "./hosts/machine/product";
import { configuredMachine, type MachineGateway } from "./hosts/machine/settings";
import type { HostsProduct } from "./hosts/gateway/product";
import { configuredHosts, type HostsGateway } from "./hosts/gateway/settings";
import { releasesRunning } from "./kubernetes/gateway/look-at-gateway";
import { prepareInKubernetes } from "./kubernetes/gateway/prepare";
import { configuredKubernetes, type KubernetesGateway } from "./kubernetes/gateway/settings";
import { productsOnDocker, productsOnHosts, productsOnMachine } from "./products";
import { stackOutputs } from "./upgrade/evidence/stack-outputs";
import type { TargetKind } from "./upgrade/prepare-gateways";

/** A gateway, as far as the targets tell one from another: what its stack file says was read by the schema of its target. */
type AnyGateway = Declared<Pick<ConfiguredProduct, "name">>;

/** Every kind of place that a gateway may name; it names exactly one. */
export const targets: readonly (ConfiguredTarget & TargetKind<AnyGateway>)[] = [
  {
    ...configuredKubernetes,
    prepare: (gateways: readonly KubernetesGateway[]) => prepareInKubernetes(gateways),
  },
  {
    ...configuredDocker,
    prepare: (gateways: readonly AnyGateway[]) =>
      prepareOnDocker(
        declared(
          gateways,
          productsOnDocker,
          "Docker hosts",
        ) as readonly DockerGateway<DockerProduct>[],
      ),
  },
  {
    ...configuredHosts,
    prepare: (gateways: readonly AnyGateway[], all: readonly AnyGateway[]) =>
      prepareOnHosts(
        declared(gateways, productsOnHosts, "hosts") as readonly HostsGateway<HostsProduct>[],
        releasesOf(all),
        realSources(stackOutputs(), runningIn(all)),
      ),
  },
  {
    ...configuredMachine,
    prepare: (gateways: readonly AnyGateway[], all: readonly AnyGateway[]) =>
      prepareOnMachine(
        declared(
          gateways,
          productsOnMachine,
          "this machine",
        ) as readonly MachineGateway<MachineProduct>[],
        releasesOf(all),
        realMachineSources(runningIn(all)),
      ),
  },
];

/** What the stack file wants of each gateway, by its name. */
const releasesOf = (all: readonly AnyGateway[]): Readonly<Record<string, string>> =>
  Object.fromEntries(all.map(({ config: { name, settings } }) => [name, settings.version]));

/** Looks at those of the gateways that are in a cluster. */
const runningIn =
  (all: readonly AnyGateway[]): Running =>
  (name) => {
    const found = all.find(({ config }) => config.name === name);
    return found !== undefined && configuredKubernetes.name in found.config.settings
      ? releasesRunning(found as KubernetesGateway)
      : undefined;
  };

/** Each gateway with what its product says about that kind of place, whose schema has read its settings. */
const declared = <P extends { readonly name: string }>(
  gateways: readonly AnyGateway[],
  products: readonly P[],
  place: string,
): readonly { readonly product: P; readonly config: unknown }[] =>
  gateways.map(({ product: { name }, config }) => {
    const product = products.find((one) => one.name === name);
    if (product === undefined) throw new Error(`${name} says nothing about ${place}`);
    return { product, config };
  });
