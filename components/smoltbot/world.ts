import { clusters, type Clusters } from "../kubernetes/clusters";
import { aboutChart, type AboutChart } from "../kubernetes/render";
import { askRegistry } from "../registry/ask-registry";
import type { ImageFacts } from "../upgrade/facts";
import type { Look } from "../upgrade/look";
import { once } from "../upgrade/once";
import { stackOutputs, type StackOutputs } from "../upgrade/stack-outputs";

/** The ways to what is live, shared by all gateways of a run: what one of them has asked is not asked again. */
export interface World {
  readonly outputs: StackOutputs;
  readonly clusters: Clusters;
  readonly about: AboutChart;
  /** What the registry of an image tells of it. */
  readonly registry: (image: string) => Promise<Look<ImageFacts>>;
}

export const openWorld = (): World => ({
  outputs: stackOutputs(),
  clusters: clusters(),
  about: once(aboutChart),
  registry: once(askRegistry),
});
