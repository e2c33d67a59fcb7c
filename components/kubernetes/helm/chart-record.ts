import { parse, stringify } from "yaml";
import { remember, rememberEach } from "../../upgrade/remember";
import type { KubernetesObject } from "../objects/object";
import type { Rendering } from "./render";
import type { Values } from "../../upgrade/values";

/** Names of the record's entries. */
const DEFAULTS = "defaults.yaml";

/** Name of the ConfigMap that says which chart was applied last. */
export const recordName = (fullname: string): string => `${fullname}-chart`;

/**
 * What a later upgrade has to know about this one and cannot see in its objects: the chart and its defaults (S-22). It is an object
 * like any other, so that the preview of another chart shows what changes in them; no pod reads it, so that none restarts. Nothing in
 * it follows the release, so that an upgrade on the same chart leaves it alone.
 */
export const chartRecord = ({
  fullname,
  namespace,
  labels,
  rendering: { chart, defaults },
}: {
  readonly fullname: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly rendering: Pick<Rendering, "chart" | "defaults">;
}): KubernetesObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: recordName(fullname), namespace, labels },
  data: {
    chart: chart.name,
    chartVersion: chart.version,
    appVersion: chart.appVersion,
    [DEFAULTS]: textOf(defaults),
  },
});

/** As YAML; written once of a chart that several gateways share. */
const textOf = rememberEach((defaults: Rendering["defaults"]) =>
  stringify(defaults, { lineWidth: 0 }),
);

const yamlIn = remember((text) => parse(text) as unknown);

/** Defaults of the chart that was applied last; undefined if there is no record, or none that can be read. */
export function recordedDefaults(
  data: Readonly<Record<string, string>> | undefined,
): Values | undefined {
  try {
    const value = yamlIn(data?.[DEFAULTS] ?? "");
    return typeof value === "object" && value !== null ? (value as Values) : undefined;
  } catch {
    return undefined;
  }
}
