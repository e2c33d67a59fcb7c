import { z } from "zod";
import { dnsLabel, text } from "../../config/words";

/** Where the evidence of a backup comes from that somebody else takes. */
export const externalSourceSchema = z.union([
  z.strictObject({
    /**
     * A program and its arguments, started without a shell in the program's folder. It changes nothing, and prints one JSON object:
     * `{ "name": "base-20260102", "time": "2026-01-02T03:04:05Z", "success": true }`.
     */
    command: z.array(text("a word of the command")).min(1, "a program and its arguments"),
  }),
  z.strictObject({
    /** The newest Backup object of a CloudNativePG cluster. */
    cloudNativePg: z.strictObject({
      cluster: dnsLabel,
      /** Default: the gateway's own. */
      namespace: dnsLabel.optional(),
    }),
  }),
  z.strictObject({
    /** The newest VolumeSnapshot of a PersistentVolumeClaim. */
    volumeSnapshot: z.strictObject({
      claim: dnsLabel,
      /** Default: the gateway's own. */
      namespace: dnsLabel.optional(),
    }),
  }),
]);

export type ExternalSource = z.output<typeof externalSourceSchema>;
