import { z } from "zod";
import { isWithoutCredentials, matching, text } from "../../config/words";

const URL_WORDS = "an http or https URL without user and password";

/**
 * A bucket of Amazon S3, or of what speaks its language. Without secrets: credentials come from the environment, or are given apart.
 */
export const bucketSchema = z.strictObject({
  /** Its name. It is not made here. */
  bucket: matching(/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/, "name of a bucket"),
  /** Region of the bucket; of a store that has none, `us-east-1` mostly. */
  region: text("a region such as eu-central-1"),
  /** Base URL of the store. Default: Amazon's own for the region. */
  endpoint: z
    .url({ protocol: /^https?$/, error: URL_WORDS })
    .refine(isWithoutCredentials, URL_WORDS)
    .optional(),
  /** What the keys of the dumps begin with: `gateways/prod`. Default: nothing. */
  prefix: matching(
    /^[0-9A-Za-z._-]+(\/[0-9A-Za-z._-]+)*$/,
    "the beginning of a key, without a / at either end: gateways/prod",
  ).optional(),
  /** True if the bucket is a part of the path and not of the host's name: mostly with a store of one's own. Default: false. */
  pathStyle: z.boolean("true or false").optional(),
});

export type Bucket = z.output<typeof bucketSchema>;

/** Where a step finds the dumps. */
export const placeFields = {
  /** Folder of the dumps; made, for its owner alone, where it is missing. */
  directory: z.string().min(1),
  /** A bucket in the place of the folder. */
  store: bucketSchema.optional(),
};

export interface DumpPlace {
  readonly directory: string;
  readonly store?: Bucket | undefined;
}
