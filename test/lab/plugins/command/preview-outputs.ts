import { isDeepStrictEqual } from "node:util";

import { hasUnknown, UNKNOWN, type PropertyMap } from "../protocol/values";

/** Outputs of a Command that does not exist yet: its inputs, and results that nobody knows. */
export function previewCreate(inputs: PropertyMap): PropertyMap {
  return { ...inputs, stdout: UNKNOWN, stderr: UNKNOWN };
}

/**
 * Outputs of a Command that is about to change: results are unknown as soon as an input is unknown
 * or differs from one that the state has. An input that is merely added leaves the old results
 * standing in the preview, as with the official plugin.
 *
 * Source: pulumi/pulumi-go-provider@v1.3.0:infer/resource.go (markComputed).
 */
export function previewUpdate(olds: PropertyMap, news: PropertyMap): PropertyMap {
  const { stdout = "", stderr = "", ...oldInputs } = olds;
  const stale =
    Object.values(news).some(hasUnknown) ||
    Object.entries(oldInputs).some(([key, old]) => !isDeepStrictEqual(old, news[key]));
  return stale ? previewCreate(news) : { ...news, stdout, stderr };
}
