import type { ConfiguredProduct, ConfiguredTarget } from "./config/keys";
import type { Declared } from "./config/schema";
import { prepareOnDocker } from "./docker/gateway/prepare";
import { configuredDocker, type DockerConfig } from "./docker/gateway/settings";
import { prepareOnHosts } from "./hosts/gateway/prepare";
import { configuredHosts, type HostsConfig } from "./hosts/gateway/settings";
import { prepareInKubernetes } from "./kubernetes/gateway/prepare";
import { configuredKubernetes, type KubernetesGateway } from "./kubernetes/gateway/settings";
import { productsOnDocker, productsOnHosts } from "./products";
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
        gateways.map((gateway) => ({
          product: sayingOf(gateway, productsOnDocker, "Docker hosts"),
          config: gateway.config as unknown as DockerConfig,
        })),
      ),
  },
  {
    ...configuredHosts,
    prepare: (gateways: readonly AnyGateway[]) =>
      prepareOnHosts(
        gateways.map((gateway) => ({
          product: sayingOf(gateway, productsOnHosts, "hosts"),
          config: gateway.config as unknown as HostsConfig,
        })),
      ),
  },
];

/** What its product says about that kind of place. */
function sayingOf<P extends { readonly name: string }>(
  { product: { name } }: AnyGateway,
  products: readonly P[],
  place: string,
): P {
  const product = products.find((one) => one.name === name);
  if (product === undefined) throw new Error(`${name} says nothing about ${place}`);
  return product;
}
