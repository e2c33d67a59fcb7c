import { chartNames } from "../kubernetes/helm/chart-names";
import type { BamfConfig } from "./config";
import { bamfNames, CHART } from "./names";
import type { BridgeOptionsInput } from "./sessions/options";

type Installed = Pick<BamfConfig, "kubernetes" | "values" | "catalogue">;

/** Labels of the pods of one component. */
const labelsOf = ({ kubernetes, values }: Installed, component: string) => ({
  ...chartNames(CHART, kubernetes.release, values).labels,
  "app.kubernetes.io/component": component,
});

/** How API and bridges of a gateway are found, for the steps that look at sessions. */
export function bridgeOptions(config: Installed): BridgeOptionsInput {
  const { kubernetes, values, catalogue } = config;
  return {
    api: {
      workload: bamfNames(kubernetes.release, values).gateway,
      labels: labelsOf(config, "api"),
    },
    bridge: { labels: labelsOf(config, "bridge") },
    ...(catalogue === undefined ? {} : { catalogue }),
  };
}
