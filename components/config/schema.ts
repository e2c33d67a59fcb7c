import { valid } from "semver";
import { z } from "zod";
import { prometheusAccessSchema } from "../prometheus/access";
import { SUBJECTS } from "../upgrade/evidence/compare-evidence";
import { backupSchema } from "./backup-schema";
import { dnsLabel, isWithoutCredentials, matching, text, whole } from "./words";

const VERSION = 'a full semantic version in quotes and without v, such as "1.2.0"';

/** A release as the guide writes it: `1.2.0`. */
const version = z.string(VERSION).refine((found) => valid(found) === found, VERSION);

export const seconds = whole("seconds");
const share = "a share between 0 and 1";

/** Lines of which nothing is known but that they are errors: a pattern that matches one of them says nothing about which. */
const BARE_ERRORS = [
  "",
  '{"level":"error","message":""}',
  '{"level":"fatal","message":""}',
  "Uncaught ",
  "Unhandled ",
];
const PATTERN =
  "a regular expression that matches the words of one error, not every line of a level or of a service";

function saysWhichError(pattern: string): boolean {
  try {
    const expression = new RegExp(pattern);
    return !BARE_ERRORS.some((line) => expression.test(line));
  } catch {
    return false;
  }
}

const WEB_URL = "an http or https URL without user and password";
const requestCount = whole("requests");
const imagePrefix = matching(
  /^[^\s@]*[^\s@/]$/,
  "how names of images begin, such as ghcr.io/mnemom",
);

/** What a chart behind a login takes: Helm's command line is no place for a password (law 6). */
const BY_LOGIN =
  "without user and password (of a private chart: its path after helm pull, or oci after helm registry login)";
const REPOSITORY = `URL of a Helm repository, ${BY_LOGIN}`;
const OCI = `a URL that begins with oci://, ${BY_LOGIN}`;

/** Where the chart comes from: a local folder or tgz, a Helm repository, or an OCI registry. */
export const chartSource = z.union([
  z.strictObject({
    /** Folder or .tgz, relative to the program. */
    path: text("path of a chart folder or .tgz"),
    /** SHA-256 of the .tgz; a changed file is then refused. */
    sha256: matching(/^[0-9a-f]{64}$/, "64 hexadecimal digits").optional(),
  }),
  z.strictObject({
    repo: z.url(REPOSITORY).refine(isWithoutCredentials, REPOSITORY),
    name: text("name of the chart"),
    version,
  }),
  z.strictObject({ oci: matching(/^oci:\/\//, OCI).refine(isWithoutCredentials, OCI), version }),
]);

const AGE_KEYS = "age identities as age-keygen writes them (AGE-SECRET-KEY-1...), one a line";

/** Lines that are empty or begin with # say nothing. */
function isAgeKeys(found: string): boolean {
  const lines = found.split(/\r?\n/).map((line) => line.trim());
  const keys = lines.filter((line) => line !== "" && !line.startsWith("#"));
  return keys.length > 0 && keys.every((line) => /^AGE-SECRET-KEY-1[0-9A-Z]{58}$/.test(line));
}

/** A consent is for one release, so that it cannot be left switched on (law 5). */
const consent = z.strictObject({ release: version, reason: text("the reason, in words") });

const fileName = matching(/^[^/]+$/, "name of a dump, without its path");

/** What a stack file may say about a gateway in Kubernetes, whatever its product; each product adds its own. */
export const gatewayFields = {
  /** The wanted release. Changing this line is the upgrade; changing it back is the rollback. */
  version,
  kubernetes: z.strictObject({
    /** Path of a kubeconfig. Default: what kubectl would use. */
    kubeconfig: text("path of a kubeconfig").optional(),
    /** Context in it. Said here, so that the current context of a shell never decides where an upgrade goes. */
    context: text("name of a context in the kubeconfig"),
    namespace: dnsLabel,
    /** Name of the Helm release: part of every object's name. */
    release: dnsLabel.default("smoltbot"),
    /**
     * How a mirror renames the images of pods as the cluster takes them in: `ghcr.io/mnemom: mirror.example/ghcr/mnemom`. Left out, a
     * running image of another name has to have the digest that the registry tells.
     */
    imageMirrors: z.record(imagePrefix, imagePrefix).default({}),
  }),
  /** YAML file of facts about releases, relative to the program. Default: what is known about smoltbot. */
  catalogue: text("path of a YAML file").optional(),
  /** Takes an install by Helm over as it runs, without a restart of a pod; the first upgrade removes the line again. */
  adopt: z.boolean("true or false").default(false),
  /** The release whose notes somebody has read (S-01). */
  notesRead: version.optional(),
  /** The operator's word for one danger and one release each. */
  consents: z
    .strictObject({
      /** Takes a release of another major (S-47). */
      major: consent.optional(),
      /** Puts the database back to a dump on the way back across a major, and loses what was written since (S-44). */
      restore: consent
        .extend({
          dump: fileName,
          /** Names of replication slots, subscriptions and replicas that follow the database and may be left behind. */
          over: z.array(text("name of a slot, subscription or replica")).optional(),
        })
        .optional(),
      /** Takes a release of another major although the role could not put the database back to its dump. */
      noWayBack: consent.optional(),
      /** Tries the restore of a large dump on the live server although nobody can see whether that has room. */
      scratch: consent.optional(),
      /** Migrates on the word of `backup.external`, of which no proof by a restore is known (S-02). */
      externalBackup: consent.optional(),
      /** Lifts the protection of the gateway, so that `pulumi destroy` may remove it. */
      removal: consent.optional(),
      /** Starts a release on a schema of which nothing else tells where it came from; `head` is its last migration. */
      schema: consent.extend({ head: z.string("name of the last migration") }).optional(),
    })
    .prefault({}),
  availability: z
    .strictObject({
      /** Gateway pods; with `autoscaling` they are the autoscaler's to choose. */
      replicas: whole("gateway pods").default(2),
      /** Pods that a node drain must leave running. */
      minAvailable: whole("gateway pods").default(1),
      autoscaling: z
        .strictObject({
          minReplicas: whole("gateway pods"),
          maxReplicas: whole("gateway pods"),
          /** Percent of the CPU request. */
          targetCpu: whole("percent"),
        })
        .optional(),
    })
    .prefault({}),
  backup: backupSchema.prefault({}),
  rollout: z
    .strictObject({
      /** Seconds that a stopping pod keeps serving while its endpoint is taken out. */
      drainSeconds: seconds.default(10),
      /** Longest wait for all pods in seconds. */
      deadlineSeconds: seconds.default(600),
      /** Longest wait for one running pod to become ready; default: the budget of its own probes. */
      readyWithinSeconds: seconds.optional(),
      /** Set where the cluster adds nodes for pods that find none: longest wait for such a node in seconds. Default: none is waited for. */
      nodesOnDemand: z.strictObject({ withinSeconds: seconds }).optional(),
    })
    .prefault({}),
  verify: z
    .strictObject({
      /** Seconds that a new release is watched. */
      seconds: seconds.default(10),
      /** Requests sent through the gateway itself: how many, and which. */
      requests: z
        .union([
          requestCount,
          z.strictObject({
            count: requestCount.default(50),
            /** Default: a route of the product that goes all the way through. */
            path: matching(/^\/[^\s#]*$/, "a path that begins with /").optional(),
            /** A POST has an empty JSON object as its body. */
            method: z.enum(["GET", "POST"], "GET or POST").default("GET"),
          }),
        ])
        .transform((given) =>
          typeof given === "number"
            ? { count: given, method: "GET" as const, path: undefined }
            : given,
        )
        .prefault(50),
      /** Asked as well, every second of the watch, as users of the gateway reach it from outside: through the Ingress. */
      url: z
        .url({ protocol: /^https?$/, error: WEB_URL })
        .refine(isWithoutCredentials, WEB_URL)
        .optional(),
      /** Regular expressions; error lines of a log that match one are not held against the release. */
      ignoreLogs: z.array(z.string(PATTERN).refine(saysWhichError, PATTERN)).default([]),
      /** Share of 5xx answers that is tolerated, 0 to 1. */
      maxErrorRate: z.number(share).min(0, share).max(1, share).default(0.01),
      /**
       * Prometheus that scrapes the gateway: judges the share of 5xx among all answers. Where it has no data, and where none is given,
       * the pods' own /metrics judge (S-49). Its bearer token, where it wants one, is `gateways:smoltbotPrometheusToken`.
       */
      prometheus: prometheusAccessSchema.optional(),
    })
    .prefault({}),
};

/** Which stack proves a release before this one takes it (S-08). */
export const promotionSchema = z.strictObject({
  /** Name of the stack that goes first. */
  from: text("name of a stack"),
  /** Hours since its verification before this stack follows. */
  soakHours: whole("hours", 0).default(0),
  /**
   * What of a release must be the same there as here; of the rest a difference is told: digests of the images, the chart, or which
   * settings there are.
   */
  mustMatch: z.array(z.enum(SUBJECTS, SUBJECTS.join(", "))).default(["images"]),
  /** Goes without that proof, for one release and with a reason. */
  breakGlass: consent.optional(),
});

/** Environment of the pods: one secret per key, as the gateway names them. */
export const secretsSchema = z.record(
  matching(/^[A-Z][A-Z0-9_]*$/, "an environment variable name such as SUPABASE_KEY"),
  z.string("a text"),
);

/** The keys with secrets that describe one gateway, by what stands behind the name of its product: `gateways:smoltbotSecrets`. */
export const secretFields = {
  Secrets: secretsSchema,
  /** The database as seen from where `pulumi` runs, with a role that may create databases. */
  DatabaseUrl: matching(/^postgres(ql)?:\/\//, "a URL that begins with postgresql://").optional(),
  /** The server on which the restore of a backup is tried, where `backup.scratch` says so: any database there, with a role that may create others. */
  ScratchUrl: matching(/^postgres(ql)?:\/\//, "a URL that begins with postgresql://").optional(),
  /** Credentials for `backup.store`. Default: what the AWS SDK finds in the environment. */
  BackupCredentials: z
    .strictObject({
      accessKeyId: text("id of an access key"),
      secretAccessKey: text("secret of that access key"),
      sessionToken: text("token of a session").optional(),
    })
    .optional(),
  /** Keys of the dumps: age identities, one a line. The first encrypts, all of them decrypt: a new one goes above those that it replaces. */
  BackupKey: z.string(AGE_KEYS).refine(isAgeKeys, AGE_KEYS).optional(),
  /** Bearer token for `verify.prometheus`; passed by environment alone. */
  PrometheusToken: text("a bearer token").optional(),
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
