import { chartNames } from "../kubernetes/helm/chart-names";
import type { BamfConfig } from "./config";
import { bamfNames, CHART } from "./names";
import type { BridgeOptionsInput } from "./sessions/options";

/** How API and bridges of a gateway are found, for the steps that look at sessions. */
export function bridgeOptions({
  kubernetes,
  values,
  catalogue,
}: Pick<BamfConfig, "kubernetes" | "values" | "catalogue">): BridgeOptionsInput {
  const { labels } = chartNames(CHART, kubernetes.release, values);
  const of = (component: string) => ({ ...labels, "app.kubernetes.io/component": component });
  return {
    api: { workload: bamfNames(kubernetes.release, values).gateway, labels: of("api") },
    bridge: { labels: of("bridge") },
    ...(catalogue === undefined ? {} : { catalogue }),
  };
}
