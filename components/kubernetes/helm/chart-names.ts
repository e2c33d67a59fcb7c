/** How the objects of a release are named and labelled. */
export interface ChartNames {
  /** Begins the name of every object. */
  readonly fullname: string;
  /** Labels that all objects of the release share, and by which its NetworkPolicies select. */
  readonly labels: Readonly<Record<string, string>>;
}

const LONGEST = 63;

/**
 * Names what a chart names that was made by `helm create`: release and chart name, or the release alone if it contains the chart's name, cut at 63
 * characters. `nameOverride` and `fullnameOverride` of the values win.
 *
 * Source: `mnemom/smoltbot@33f9a5a:deploy/helm/mnemom-gateway/templates/_helpers.tpl`, `mattrobinsonsre/bamf@v0.11.0:helm/bamf/templates/_helpers.tpl`
 */
export function chartNames(
  chart: string,
  release: string,
  values: Readonly<Record<string, unknown>>,
): ChartNames {
  const name = textOf(values["nameOverride"]) ?? chart;
  const both = release.includes(name) ? release : `${release}-${name}`;
  return {
    fullname: cut(textOf(values["fullnameOverride"]) ?? both),
    labels: { "app.kubernetes.io/name": cut(name), "app.kubernetes.io/instance": release },
  };
}

const cut = (text: string): string => text.slice(0, LONGEST).replace(/-$/, "");

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
