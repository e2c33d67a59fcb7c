import { z } from "zod";
import { SUBJECTS } from "../upgrade/evidence/compare-evidence";
import { backupSchema } from "./backup-schema";
import { consent, consentsSchema } from "./consents-schema";
import { verifySchema } from "./verify-schema";
import { dnsLabel, matching, text, version, whole } from "./words";

export const seconds = whole("seconds");
const imagePrefix = matching(
  /^[^\s@]*[^\s@/]$/,
  "how names of images begin, such as ghcr.io/mnemom",
);

const AGE_KEYS = "age identities as age-keygen writes them (AGE-SECRET-KEY-1...), one a line";

/** Lines that are empty or begin with # say nothing. */
function isAgeKeys(found: string): boolean {
  const lines = found.split(/\r?\n/).map((line) => line.trim());
  const keys = lines.filter((line) => line !== "" && !line.startsWith("#"));
  return keys.length > 0 && keys.every((line) => /^AGE-SECRET-KEY-1[0-9A-Z]{58}$/.test(line));
}

const postgresUrl = matching(/^postgres(ql)?:\/\//, "a URL that begins with postgresql://");

const kubernetes = z.strictObject({
  kubeconfig: text("path of a kubeconfig")
    .optional()
    .describe("Path of a kubeconfig. Default: the one that kubectl would use."),
  context: text("name of a context in the kubeconfig").describe(
    "Context in the kubeconfig. The current context of a shell never decides where an upgrade goes.",
  ),
  namespace: dnsLabel.describe("Namespace of the gateway. It is made if it is missing."),
  release: dnsLabel
    .default("smoltbot")
    .describe("Name of the Helm release: a part of every object's name."),
  imageMirrors: z
    .record(imagePrefix, imagePrefix)
    .default({})
    .describe(
      "How a mirror renames the images of pods as the cluster takes them in: `ghcr.io/mnemom: mirror.example/ghcr/mnemom`. Without an entry, a running image of another name must have the digest that the registry reports.",
    ),
});

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

const rollout = z.strictObject({
  drainSeconds: seconds
    .default(10)
    .describe("Seconds that a stopping pod keeps serving while its endpoint is removed."),
  deadlineSeconds: seconds.default(600).describe("Longest wait for all pods, in seconds."),
  readyWithinSeconds: seconds
    .optional()
    .describe(
      "Longest wait for one running pod to become ready, in seconds. Default: the budget of its own probes.",
    ),
  nodesOnDemand: z
    .strictObject({
      withinSeconds: seconds.describe("Longest wait for a new node, in seconds."),
    })
    .optional()
    .describe(
      "Set it if the cluster adds nodes for pods that find none: the gate `capacity` then warns, and the rollout waits for a node. Default: no wait.",
    ),
});

/** What a stack file may say about a gateway in Kubernetes, whatever its product; each product adds its own. */
export const gatewayFields = {
  version: version.describe(
    "The wanted release. Changing this line is the upgrade; changing it back is the rollback.",
  ),
  kubernetes: kubernetes.describe("Where the gateway runs."),
  catalogue: text("path of a YAML file")
    .optional()
    .describe(
      "YAML file of facts about releases, relative to the program. Default: the catalogue of smoltbot that the program brings.",
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
  rollout: rollout.prefault({}).describe("How new pods take the place of old ones."),
  verify: verifySchema.prefault({}).describe("How a new release is verified."),
};

/** Which stack proves a release before this one takes it (S-08). */
export const promotionSchema = z.strictObject({
  from: text("name of a stack").describe("Name of the stack that goes first."),
  soakHours: whole("hours", 0)
    .default(0)
    .describe("Hours between its verification of a release and the upgrade of this stack."),
  mustMatch: z
    .array(z.enum(SUBJECTS, SUBJECTS.join(", ")))
    .default(["images"])
    .describe(
      "What must be the same there as here: the digests of the `images`, the `chart`, or the `config` (which settings there are). A difference in the others is a warning.",
    ),
  breakGlass: consent
    .optional()
    .describe("Goes without the proof of that stack, for one release and with a reason."),
});

/** Environment of the pods: one secret per key, as the gateway names them. */
export const secretsSchema = z.record(
  matching(/^[A-Z][A-Z0-9_]*$/, "an environment variable name such as SUPABASE_KEY"),
  z.string("a text"),
);

/** The keys with secrets that describe one gateway, by what stands behind the name of its product: `gateways:smoltbotSecrets`. */
export const secretFields = {
  Secrets: secretsSchema.describe(
    "Environment of the pods: one secret per variable, such as `POSTGRES_URL`.",
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
export interface Declared<P> {
  readonly product: P;
  readonly config: GatewayConfig;
}

/** Everything about one gateway of a stack, whatever its product. */
export interface GatewayConfig<Settings = GatewaySettings> {
  /** Name of its resources and outputs: `smoltbot`, or its key below `gateways:instances`. */
  readonly name: string;
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
/** What a stack file says of a gateway in Kubernetes, whatever its product. */
export type GatewaySettings = z.infer<z.ZodObject<typeof gatewayFields>> & {
  /** Limits of the migration, where the product has one. */
  readonly schema?: { readonly deadlineSeconds: number };
};
export type BackupSettings = GatewaySettings["backup"];
export type PromotionConfig = z.infer<typeof promotionSchema>;
