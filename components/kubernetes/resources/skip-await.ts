import { annotate } from "../edits/workload";

/**
 * Our own steps wait for what carries this: they say within seconds and in words why a release cannot start, where the provider's own
 * wait takes its full 600 s.
 */
export const skipAwait = annotate({ "pulumi.com/skipAwait": "true" });
