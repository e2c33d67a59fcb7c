import { clusters, type Clusters } from "../api/clusters";
import { aboutChart, type AboutChart } from "../helm/render";
import { askRegistry } from "../../registry/ask-registry";
import type { ImageFacts } from "../../upgrade/facts";
import type { Observation } from "../../upgrade/observation";
import { clientVersion } from "../../postgres/client-version";
import { once } from "../../upgrade/once";
import { stackOutputs, type StackOutputs } from "../../upgrade/evidence/stack-outputs";
import type { KubernetesGateway } from "./settings";

/** The ways to what is live, shared by all gateways of a run: what one of them has asked is not asked again. */
export interface Sources {
  readonly outputs: StackOutputs;
  readonly clusters: Clusters;
  readonly about: AboutChart;
  /** What the registry of an image says of it. */
  readonly registry: (image: string) => Promise<Observation<ImageFacts>>;
  /** What version a client program of this machine has. */
  readonly ownVersion: typeof clientVersion;
}

export const openSources = (gateways: readonly KubernetesGateway[]): Sources => ({
  outputs: stackOutputs(),
  clusters: clusters(gateways.map(({ config }) => config.settings.kubernetes)),
  about: once(aboutChart),
  registry: once(askRegistry),
  ownVersion: ownVersion(),
});

/** Whatever the database is, on one machine the program is the same. */
function ownVersion(): typeof clientVersion {
  const told = new Map<string, Promise<string>>();
  return (database, tool) => {
    const version = told.get(tool) ?? clientVersion(database, tool);
    told.set(tool, version);
    return version;
  };
}
