import { z } from "zod";
import { consent, consentsSchema } from "../../config/consents-schema";
import type { ConfiguredTarget } from "../../config/keys";
import type { Declared, GatewayConfig, GatewaySettings } from "../../config/schema";
import { matching } from "../../config/words";
import { assetsSchema, SKEW, takeOver } from "../settings";

/** This machine as a place, as a stack file says it. */
const machineSchema = z.strictObject({
  path: matching(/^\/.*[^/]$/, "the whole path of a program, such as /usr/local/bin/bamf").describe(
    "Whole path of the program. Whoever runs `pulumi` has to be allowed to replace it.",
  ),
  assets: assetsSchema.describe("Where a release comes from."),
});

export type MachinePlace = z.infer<typeof machineSchema>;

/** What a stack file may say of a product because it is a program of this machine. */
const machineFields = () => ({
  machine: machineSchema.describe("Where it is: on the machine on which `pulumi` runs."),
  consents: consentsSchema
    .pick({ major: true })
    .extend({ skew: consent.optional().describe(SKEW), takeOver })
    .prefault({})
    .describe("Consents to one danger and one release each."),
});

type MachineFields = z.infer<z.ZodObject<ReturnType<typeof machineFields>>>;

/** What a program of this machine does not have. */
const LACKS = ["adopt", "backup", "availability", "rollout", "verify"] as const;

/** What a stack file says of a product on this machine. @typeParam Own - what the product lets it say */
export type OnMachine<Own extends GatewaySettings> = Omit<
  Own,
  keyof MachineFields | (typeof LACKS)[number]
> &
  MachineFields;
export type MachineSettings = OnMachine<GatewaySettings>;
export type MachineConfig<Settings = MachineSettings> = GatewayConfig<Settings>;
/** A product on this machine, with what the stack file says of it. @typeParam P - the product */
export type MachineGateway<P> = Declared<P, MachineSettings>;

/** This machine, as far as a stack file says something about it. */
export const configuredMachine: ConfiguredTarget = {
  name: "machine",
  lacks: [
    ...LACKS,
    "DatabaseUrl",
    "ScratchUrl",
    "BackupCredentials",
    "BackupKey",
    "PrometheusToken",
    "Secrets",
  ],
  fields: () => machineFields(),
  place: ({ path }: MachinePlace) => ({
    id: path,
    words: `the program at ${path}`,
    remedy: "give it another path",
  }),
};
