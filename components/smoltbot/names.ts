/** Names of the objects of one release, as the chart makes them. */
export interface SmoltbotNames {
  /** Service, ConfigMap, Secret and ServiceAccount. */
  readonly fullname: string;
  readonly gateway: string;
  readonly observer: string;
}

const CHART = "mnemom-gateway";
const LONGEST = 63;

/**
 * Names what the chart names: release and chart name, or the release alone where it contains the chart's name, cut at 63 characters.
 * Source: `mnemom/smoltbot@33f9a5a:deploy/helm/mnemom-gateway/templates/_helpers.tpl`
 */
export function smoltbotNames(
  release: string,
  values: Readonly<Record<string, unknown>>,
): SmoltbotNames {
  const chart = textOf(values["nameOverride"]) ?? CHART;
  const both = release.includes(chart) ? release : `${release}-${chart}`;
  const fullname = (textOf(values["fullnameOverride"]) ?? both).slice(0, LONGEST).replace(/-$/, "");
  return { fullname, gateway: `${fullname}-gateway`, observer: `${fullname}-observer` };
}

/**
 * Labels by which the chart's NetworkPolicies select: whatever bears them reaches the database.
 * Source: `mnemom/smoltbot@33f9a5a:deploy/helm/mnemom-gateway/templates/_helpers.tpl`
 */
export const policyLabels = (
  release: string,
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> => ({
  "app.kubernetes.io/name": (textOf(values["nameOverride"]) ?? CHART)
    .slice(0, LONGEST)
    .replace(/-$/, ""),
  "app.kubernetes.io/instance": release,
});

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
