import { annotate } from "../edits/workload";

/**
 * What the program declares wins over whoever wrote the field before. A run that was killed between making an object and noting it leaves fields that
 * the next run shares with it and, at the next release, could not change; and a preview forces conflicts anyway, so that `up` does what it showed.
 *
 * Source: `pulumi/pulumi-kubernetes@v4.32.0`: every object gets a field manager of its own, random and kept in the state.
 */
export const PATCH_FORCE: Readonly<Record<string, string>> = { "pulumi.com/patchForce": "true" };

/** The object with {@link PATCH_FORCE}. */
export const forceConflicts = annotate(PATCH_FORCE);
