import { lte } from "semver";
import { valueAt, type Values } from "../upgrade/values";
import { releaseOf, type BamfCatalogue, type Unknown } from "./catalogue";
import type { BamfConfig } from "./config";
import { translateValues, type Translation } from "./translate-values";
import { placeOf } from "./value-places";

/** The operator's values as the wanted release reads them. Names of the newest layout are those of the newest release in the catalogue. */
export interface WantedValues {
  /** What became of each of them. Where it has conflicts, nothing may be rolled out. */
  readonly translation: Translation | Unknown;
  /** The release of the catalogue whose layout they have: the wanted one, or the newest before it; undefined if there is none before it. */
  readonly layout: string | undefined;
  readonly values: Values;
  /** Brings further values from the newest layout into theirs. What that layout does not have is left out. */
  readonly inLayout: (newest: Values) => Values;
  /** The path in their layout, joined by dots, by that of the newest one; undefined if it has no such place. */
  readonly placeOf: (newest: string) => string | undefined;
  /** What the operator has set, by its path in the newest layout; undefined if that is nothing, or an empty text. */
  readonly set: (newest: string) => unknown;
}

/**
 * Brings the operator's values into the layout of the wanted release. One that has no row is taken to read the layout of the newest release before it: the chart's
 * own schema has the last word (T-27).
 */
export function wantedValues(
  catalogue: BamfCatalogue,
  { version, values: given }: Pick<BamfConfig, "version" | "values">,
): WantedValues {
  const layout =
    releaseOf(catalogue, version)?.version ??
    catalogue.releases.filter((row) => lte(row.version, version)).at(-1)?.version;
  const wanted = layout ?? version;
  const inLayout = (tree: Values): Values => {
    const translated = translateValues(catalogue, tree, wanted);
    return translated.kind === "unknown" ? tree : translated.values;
  };
  const translation = translateValues(catalogue, given, wanted);
  const values = translation.kind === "unknown" ? given : translation.values;
  const place = (newest: string) => {
    const found = placeOf(catalogue, { path: newest.split(".") }, wanted);
    return found.kind === "at" ? found.path : undefined;
  };
  return {
    translation,
    layout,
    values,
    inLayout,
    placeOf: (newest) => place(newest)?.join("."),
    set: (newest) => {
      const path = place(newest);
      const found = path && valueAt(values, path);
      return found === "" ? undefined : found;
    },
  };
}
