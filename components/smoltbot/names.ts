import { chartNames } from "../kubernetes/helm/chart-names";

/** Names of the objects of one release, as the chart makes them. */
export interface SmoltbotNames {
  /** Service, ConfigMap, Secret and ServiceAccount. */
  readonly fullname: string;
  readonly gateway: string;
  readonly observer: string;
}

/** Name of the chart. */
export const CHART = "mnemom-gateway";

/** Names what the chart names. */
export function smoltbotNames(
  release: string,
  values: Readonly<Record<string, unknown>>,
): SmoltbotNames {
  const { fullname } = chartNames(CHART, release, values);
  return { fullname, gateway: `${fullname}-gateway`, observer: `${fullname}-observer` };
}
