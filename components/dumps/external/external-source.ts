import { z } from "zod";
import { dnsLabel, text } from "../../config/words";

const ownNamespace = dnsLabel.optional().describe("Its namespace. Default: the gateway's own.");

/** Evidence that a command gives: the one form that every target has. */
export const externalCommandSchema = z
  .strictObject({
    command: z
      .array(text("a word of the command"))
      .min(1, "a program and its arguments")
      .describe(
        'The program and its arguments, started without a shell in the folder of the program. It must change nothing, and prints one JSON object: `{ "name": "base-20260102", "time": "2026-01-02T03:04:05Z", "success": true }`.',
      ),
  })
  .describe("A command.");

/** Where the evidence of a backup comes from that somebody else takes. */
export const externalSourceSchema = z.union([
  externalCommandSchema,
  z
    .strictObject({
      cloudNativePg: z
        .strictObject({
          cluster: dnsLabel.describe("Name of the cluster."),
          namespace: ownNamespace,
        })
        .describe("The newest Backup object of a CloudNativePG cluster."),
    })
    .describe("CloudNativePG."),
  z
    .strictObject({
      volumeSnapshot: z
        .strictObject({
          claim: dnsLabel.describe("Name of the PersistentVolumeClaim."),
          namespace: ownNamespace,
        })
        .describe("The newest VolumeSnapshot of a PersistentVolumeClaim."),
    })
    .describe("A VolumeSnapshot."),
]);

export type ExternalSource = z.output<typeof externalSourceSchema>;
