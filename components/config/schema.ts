import { z } from "zod";
import type { InstancePlace } from "../upgrade/config-paths";
import { SUBJECTS } from "../upgrade/evidence/compare-evidence";
import { backupSchema } from "./backup-schema";
import { consent, consentsSchema } from "./consents-schema";
import { verifySchema } from "./verify-schema";
import { matching, text, version, whole } from "./words";

export const seconds = whole("seconds");
const AGE_KEYS = "age identities as age-keygen writes them (AGE-SECRET-KEY-1...), one a line";

/** Lines that are empty or begin with # say nothing. */
function isAgeKeys(found: string): boolean {
  const lines = found.split(/\r?\n/).map((line) => line.trim());
  const keys = lines.filter((line) => line !== "" && !line.startsWith("#"));
  return keys.length > 0 && keys.every((line) => /^AGE-SECRET-KEY-1[0-9A-Z]{58}$/.test(line));
}

const postgresUrl = matching(/^postgres(ql)?:\/\//, "a URL that begins with postgresql://");

const availability = z.strictObject({
  replicas: whole("gateway pods")
    .default(2)
    .describe("Number of gateway pods. With `autoscaling` the autoscaler chooses it."),
  minAvailable: whole("gateway pods")
    .default(1)
    .describe(
      "Pods that a node drain must leave running: `minAvailable` of the disruption budget.",
    ),
  autoscaling: z
    .strictObject({
      minReplicas: whole("gateway pods").describe("Fewest gateway pods."),
      maxReplicas: whole("gateway pods").describe("Most gateway pods."),
      targetCpu: whole("percent").describe("CPU use to aim for, in percent of the CPU request."),
    })
    .optional()
    .describe("A HorizontalPodAutoscaler for the gateway. Default: none."),
});

/** How new instances take the place of old ones. A target adds what only it can be told. */
export const rolloutSchema = z.strictObject({
  drainSeconds: seconds
    .default(10)
    .describe("Seconds that a stopping pod keeps serving while its endpoint is removed."),
  deadlineSeconds: seconds.default(600).describe("Longest wait for all pods, in seconds."),
});

/**
 * What a stack file may say about a gateway, whatever its product and wherever it runs. Each product adds its own keys, and each target the key that names
 * it. In a description, `<product>` stands for the name of the product.
 */
export const gatewayFields = {
  version: version.describe(
    "The wanted release. Changing this line is the upgrade; changing it back is the rollback.",
  ),
  catalogue: text("path of a YAML file")
    .optional()
    .describe(
      "YAML file of facts about releases, relative to the program. Default: the catalogue that the program brings for its product.",
    ),
  adopt: z
    .boolean("true or false")
    .default(false)
    .describe(
      "Takes over an install by Helm as it runs, without restarting a pod. Remove it with the first upgrade.",
    ),
  notesRead: version.optional().describe("The release whose notes somebody has read."),
  consents: consentsSchema.prefault({}).describe("Consents to one danger and one release each."),
  availability: availability.prefault({}).describe("How many pods serve."),
  backup: backupSchema.prefault({}).describe("How the database is saved before a migration."),
  rollout: rolloutSchema.prefault({}).describe("How new pods take the place of old ones."),
  verify: verifySchema.prefault({}).describe("How a new release is verified."),
};

/** Which stack proves a release before this one takes it (S-08). */
export const promotionSchema = z.strictObject({
  from: text("name of a stack").describe("Name of the stack that goes first."),
  soakHours: whole("hours", 0)
    .default(0)
    .describe("Hours between its verification of a release and the upgrade of this stack."),
  mustMatch: z
    .array(z.enum(SUBJECTS, `one of ${SUBJECTS.join(", ")}`))
    .default(["images"])
    .describe(
      "What must be the same there as here: the digests of the `images`, the `chart`, or the `config` (which settings there are). A difference in the others is a warning.",
    ),
  breakGlass: consent
    .optional()
    .describe("Goes without the proof of that stack, for one release and with a reason."),
});

/** Environment of the pods: one secret per key, as the gateway names them. */
const secretsSchema = z.record(
  matching(/^[A-Z][A-Z0-9_]*$/, "an environment variable name such as SUPABASE_KEY"),
  z.string("a text"),
);

/** The keys with secrets that describe one gateway, by what stands behind the name of its product: `gateways:smoltbotSecrets`. */
export const secretFields = {
  Secrets: secretsSchema.describe(
    "Environment of the pods: one secret per variable, by the name under which the product reads it.",
  ),
  DatabaseUrl: postgresUrl
    .optional()
    .describe(
      "The database as seen from where `pulumi` runs, with a role that may create databases. Needed for `backup.database: url`.",
    ),
  ScratchUrl: postgresUrl
    .optional()
    .describe(
      "For `backup.scratch: url`: the server on which the restore of a backup is tried. Any database of it, with a role that may create databases.",
    ),
  BackupCredentials: z
    .strictObject({
      accessKeyId: text("id of an access key").describe("Id of an access key."),
      secretAccessKey: text("secret of that access key").describe("Secret of that access key."),
      sessionToken: text("token of a session")
        .optional()
        .describe("Token of a session, if the key is a temporary one."),
    })
    .optional()
    .describe(
      "Credentials for `backup.store`. Default: what the AWS SDK finds in the environment.",
    ),
  BackupKey: z
    .string(AGE_KEYS)
    .refine(isAgeKeys, AGE_KEYS)
    .optional()
    .describe(
      "Keys of the dumps: age identities, one a line. The first encrypts, all of them decrypt: put a new one above those that it replaces.",
    ),
  PrometheusToken: text("a bearer token")
    .optional()
    .describe("Bearer token for `verify.prometheus`. It is passed by environment alone."),
};

type StackFile = z.infer<z.ZodObject<typeof secretFields>>;

/** A gateway and its product. */
export interface Declared<P, Settings = GatewaySettings> {
  readonly product: P;
  readonly config: GatewayConfig<Settings>;
}

/** Everything about one gateway of a stack, whatever its product. */
export interface GatewayConfig<Settings = GatewaySettings> {
  /** Name of its resources and outputs: `smoltbot`, or its key below `gateways:instances`. */
  readonly name: string;
  /** Where it has what it does not share; absent if the stack file names no `gateways:instances`. */
  readonly instance?: InstancePlace;
  /** What the stack file says of it in plain: `gateways:smoltbot`. */
  readonly settings: Settings;
  /** Environment of its pods: `gateways:smoltbotSecrets`. */
  readonly secrets: StackFile["Secrets"];
  readonly databaseUrl?: string | undefined;
  readonly scratchUrl?: string | undefined;
  readonly backupCredentials?: StackFile["BackupCredentials"];
  readonly backupKey?: string | undefined;
  readonly prometheusToken?: string | undefined;
  readonly promotion?: PromotionConfig | undefined;
}
type Common = z.infer<z.ZodObject<typeof gatewayFields>>;

/** What a stack file says of a gateway, whatever its product and wherever it runs. */
export type GatewaySettings = Omit<Common, "backup" | "availability"> & {
  /** A target may have further ways to the database. */
  readonly backup: Omit<Common["backup"], "database"> & { readonly database: "url" | object };
  /** How many pods serve, where the product says it for all of them. */
  readonly availability?: Common["availability"];
  /** Limits of the migration, where the product has one. */
  readonly schema?: { readonly deadlineSeconds: number };
};
export type PromotionConfig = z.infer<typeof promotionSchema>;
