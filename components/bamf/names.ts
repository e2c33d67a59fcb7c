import type { ReleaseNames } from "../kubernetes/gateway/product";
import { chartNames } from "../kubernetes/helm/chart-names";
import type { Values } from "../upgrade/values";

/** Names of the objects of one release, as the chart makes them. */
export interface BamfNames extends ReleaseNames {
  /** The StatefulSet of the bridges. */
  readonly bridge: string;
  readonly proxy: string;
  readonly web: string;
  readonly agent: string;
}

/** Name of the chart. */
export const CHART = "bamf";

/** Names what the chart names. The API is what serves: its Deployment and its Service have one name. */
export function bamfNames(release: string, values: Values): BamfNames {
  const { fullname } = chartNames(CHART, release, values);
  const of = (part: string) => `${fullname}-${part}`;
  return {
    fullname,
    gateway: of("api"),
    bridge: of("bridge"),
    proxy: of("proxy"),
    web: of("web"),
    agent: of("agent"),
  };
}
