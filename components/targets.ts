import type { ConfiguredTarget } from "./config/keys";
import { prepareOnDocker } from "./docker/gateway/prepare";
import { configuredDocker, type DockerConfig } from "./docker/gateway/settings";
import { prepareInKubernetes } from "./kubernetes/gateway/prepare";
import { configuredKubernetes, type KubernetesGateway } from "./kubernetes/gateway/settings";
import { productsOnDocker } from "./products";
import type { TargetKind } from "./upgrade/prepare-gateways";

/** A gateway, as far as the targets tell one from another. */
type AnyGateway = Pick<KubernetesGateway, "config"> & {
  readonly product: Pick<KubernetesGateway["product"], "name">;
};

/** Every kind of place that a gateway may name; it names exactly one. */
export const targets: readonly (ConfiguredTarget & TargetKind<KubernetesGateway>)[] = [
  { ...configuredKubernetes, prepare: prepareInKubernetes },
  {
    ...configuredDocker,
    prepare: (gateways: readonly AnyGateway[]) => prepareOnDocker(gateways.map(onDocker)),
  },
];

/** The gateway as its target knows it: what its stack file says was read by the schema of that target. */
function onDocker({ product: { name }, config }: AnyGateway) {
  const product = productsOnDocker.find((one) => one.name === name);
  if (product === undefined) throw new Error(`${name} says nothing about Docker hosts`);
  return { product, config: config as unknown as DockerConfig };
}
