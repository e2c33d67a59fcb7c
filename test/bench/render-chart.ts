import { join } from "node:path";
import { execa } from "execa";
import { parseAllDocuments } from "yaml";
import type { Lab } from "../lab/lab";

/** The chart as its users have it. */
export const CHART = join(import.meta.dirname, "..", "lab", "charts", "mnemom-gateway");

/** Name of the Secret that the release `smoltbot` of the chart expects. */
export const SECRET = "smoltbot-mnemom-gateway";

/** One object of a chart. */
export interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** Values that make of the chart what this program makes of it, with the chart's own disruption budget. */
export const valuesOf = (version: string, secret: string): object => ({
  image: { tag: version },
  migration: { enabled: false },
  secrets: { existingSecret: secret },
});

/** Renders the chart, or another one, with plain `helm template`; hooks are left out. */
export async function renderPlainly(
  lab: Lab,
  release: string,
  namespace: string,
  values: object,
  chart = CHART,
): Promise<readonly Rendered[]> {
  const words = ["template", release, chart, "--namespace", namespace, "--values", "-"];
  const { stdout } = await execa("helm", words, { input: JSON.stringify(values), env: lab.env });
  const documents = parseAllDocuments(stdout);
  return ("empty" in documents ? [] : documents)
    .map((document) => document.toJS() as Rendered | null)
    .filter((object) => object !== null)
    .filter(({ metadata }) => metadata.annotations?.["helm.sh/hook"] === undefined);
}
