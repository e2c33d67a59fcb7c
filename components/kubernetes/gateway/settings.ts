import { z } from "zod";
import { backupSchema, byUrl } from "../../config/backup-schema";
import type { ConfiguredTarget } from "../../config/keys";
import {
  rolloutSchema,
  seconds,
  type Declared,
  type GatewayConfig,
  type GatewaySettings,
} from "../../config/schema";
import { dnsLabel, matching, text, whole } from "../../config/words";
import type { KubernetesProduct } from "./product";

const imagePrefix = matching(
  /^[^\s@]*[^\s@/]$/,
  "how names of images begin, such as ghcr.io/mnemom",
);

/** @param product - name of the product, which its release has unless the stack file says otherwise */
const placeOf = (product: string) =>
  z.strictObject({
    kubeconfig: text("path of a kubeconfig")
      .optional()
      .describe("Path of a kubeconfig. Default: the one that kubectl would use."),
    context: text("name of a context in the kubeconfig").describe(
      "Context in the kubeconfig. The current context of a shell never decides where an upgrade goes.",
    ),
    namespace: dnsLabel.describe("Namespace of the gateway. It is made if it is missing."),
    release: dnsLabel
      .default(product)
      .describe("Name of the Helm release: a part of every object's name."),
    imageMirrors: z
      .record(imagePrefix, imagePrefix)
      .default({})
      .describe(
        "How a mirror renames the images of pods as the cluster takes them in: `ghcr.io/mnemom: mirror.example/ghcr/mnemom`. Without an entry, a running image of another name must have the digest that the registry reports.",
      ),
  });

const share = matching(/^(?:[1-9]\d?|100)%$/, "a share of the pods from 1% to 100%");

const rollout = rolloutSchema.extend({
  surge: z
    .union([whole("pods"), share])
    .default(1)
    .describe(
      "New pods that come up before old ones leave: a count, or a share such as `100%`. With more of them a rollout and the way back take less time, and need room for as many pods more.",
    ),
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

/** Defaults that a product has for its database. */
interface DatabaseDefaults {
  readonly key?: string;
  readonly inPod?: { readonly database: string; readonly user: string };
}

/** A text with a default if there is one. */
const preset = (what: string, value: string | undefined) =>
  value === undefined ? text(what) : text(what).default(value);

const inPod = ({ inPod: known }: DatabaseDefaults) =>
  z
    .strictObject({
      pod: text("name of the pod that runs PostgreSQL").describe(
        "Name of the pod that runs PostgreSQL.",
      ),
      container: text("name of its container")
        .optional()
        .describe("Name of its container. Default: the one that kubectl chooses."),
      namespace: dnsLabel.optional().describe("Its namespace. Default: the gateway's own."),
      database: preset("name of the database", known?.database).describe("Name of the database."),
      user: preset("name of a database role", known?.user).describe(
        "Role that connects to the database.",
      ),
    })
    .describe("Inside a pod of the database, through `kubectl exec`.");

const inJob = ({ key }: DatabaseDefaults) =>
  z
    .strictObject({
      job: z
        .strictObject({
          image: text("name of an image with psql, pg_dump and pg_restore")
            .default("postgres:16-alpine")
            .describe("Image with the client programs, of the server's major version."),
          secretKey: preset("key of the Secret", key).describe(
            "Key of the gateway's Secret that holds the connection string.",
          ),
          serviceAccount: dnsLabel
            .optional()
            .describe("ServiceAccount of the Job's pod. Default: that of the namespace."),
        })
        .describe("The Job. `{}` takes the defaults."),
    })
    .describe(
      "Inside a Job that is made for it and takes the connection from the gateway's Secret.",
    );

/** What a stack file may say of a gateway because it runs in Kubernetes. */
export const kubernetesFields = ({
  name,
  database = {},
}: {
  readonly name: string;
  readonly database?: DatabaseDefaults;
}) => ({
  kubernetes: placeOf(name).describe("Where the gateway runs."),
  backup: backupSchema
    .extend({
      database: z
        .union([byUrl, inPod(database), inJob(database)])
        .default("url")
        .describe("How `pg_dump` and `psql` reach the database."),
    })
    .prefault({})
    .describe("How the database is saved before a migration."),
  rollout: rollout.prefault({}).describe("How new pods take the place of old ones."),
});

type KubernetesFields = z.infer<z.ZodObject<ReturnType<typeof kubernetesFields>>>;

/** What a stack file says of a gateway in Kubernetes. @typeParam Own - what its product lets it say */
export type InKubernetes<Own extends GatewaySettings> = Omit<Own, keyof KubernetesFields> &
  KubernetesFields;
/** The same, whatever its product. */
export type KubernetesSettings = InKubernetes<GatewaySettings>;
/** Everything about one gateway in Kubernetes, whatever its product. */
export type KubernetesConfig = GatewayConfig<KubernetesSettings>;
/** A gateway in Kubernetes and its product. */
export type KubernetesGateway = Declared<KubernetesProduct, KubernetesSettings>;

/** Kubernetes, as far as a stack file says something about it. */
export const configuredKubernetes: ConfiguredTarget = {
  name: "kubernetes",
  fields: (product) => kubernetesFields(product),
  place: ({ context, namespace, release }: KubernetesSettings["kubernetes"]) => ({
    id: `${context} ${namespace} ${release}`,
    words: `release ${release} in namespace ${namespace}`,
    remedy: "give it another namespace or release name",
  }),
};
