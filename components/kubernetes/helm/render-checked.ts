import type { ValuePath, Values } from "../../upgrade/values";
import { isMap } from "../../upgrade/values";
import { checkValues, type ValuesCheck } from "./check-values";
import {
  aboutChart,
  renderChart,
  type AboutChart,
  type RenderArgs,
  type Rendering,
} from "./render";
import { readChartValues } from "./values-schema";

/** A rendering, and what the schema of the chart says about the values. */
export interface CheckedRendering {
  readonly rendering: Rendering;
  readonly check: ValuesCheck;
}

/**
 * Renders a chart and holds its values against its own schema meanwhile. Helm stops at a value that the schema refuses and would leave all gates without an answer: it
 * is given the others then, so that every gate answers, and one of them refuses the file.
 *
 * @throws Error with Helm's own words as {@link renderChart}
 */
export async function renderChecked(
  args: RenderArgs,
  about: AboutChart = aboutChart,
): Promise<CheckedRendering> {
  const [check, rendered] = await Promise.allSettled([
    checkOf(args),
    renderChart(args, about),
  ] as const);
  if (rendered.status === "fulfilled") return { rendering: rendered.value, check: settled(check) };
  const found = settled(check);
  if (found.kind !== "checked" || found.faults.length === 0) throw rendered.reason;
  const values = found.faults.reduce<Values>((tree, { path }) => without(tree, path), args.values);
  return { rendering: await renderChart({ ...args, values }, about), check: found };
}

async function checkOf({ chart, values }: RenderArgs): Promise<ValuesCheck> {
  const { schema, defaults } = await readChartValues(chart);
  return checkValues(schema, { defaults, values });
}

const settled = (check: PromiseSettledResult<ValuesCheck>): ValuesCheck =>
  check.status === "fulfilled"
    ? check.value
    : { kind: "unusable", reason: (check.reason as Error).message };

/** A tree without the value under the path. */
export function without(tree: Values, [key, ...rest]: ValuePath): Values {
  if (key === undefined || !Object.hasOwn(tree, key)) return tree;
  const { [key]: value, ...others } = tree;
  if (rest.length === 0) return others;
  return isMap(value) ? { ...others, [key]: without(value, rest) } : others;
}
