import { z } from "zod";
import { backupSchema, byUrl, EXTERNAL } from "../../config/backup-schema";
import { consent, consentsSchema } from "../../config/consents-schema";
import type { ConfiguredTarget } from "../../config/keys";
import {
  seconds,
  type Declared,
  type GatewayConfig,
  type GatewaySettings,
} from "../../config/schema";
import { verifySchema } from "../../config/verify-schema";
import { whole } from "../../config/words";
import { externalCommandSchema } from "../../dumps/external/external-source";
import { clashOn, daemonOfAddress } from "../clash";
import { dockerPlace } from "../settings";

const inContainer = z
  .literal("container")
  .describe("Inside the container of the database, through `docker exec`.");

/** What a stack file may say of a gateway because it runs on a Docker host. */
const dockerFields = ({ name }: { readonly name: string }) => ({
  docker: dockerPlace(name).describe("Where the gateway runs, on a Docker host."),
  adopt: z
    .boolean("true or false")
    .default(false)
    .describe(
      "Takes over the Compose project `docker.project` with its data, at the release that runs, with a short gap. Remove it with the first upgrade.",
    ),
  consents: consentsSchema
    .extend({
      orphans: consent
        .optional()
        .describe(
          "Removes containers of services that ran once and that newer Compose files lack. The preview names them.",
        ),
    })
    .prefault({})
    .describe("Consents to one danger and one release each."),
  availability: z
    .strictObject({
      replicas: whole("gateways").default(1).describe("Number of gateways behind the front proxy."),
    })
    .prefault({})
    .describe("How many gateways serve."),
  backup: backupSchema
    .extend({
      database: z
        .union([byUrl, inContainer])
        .default("container")
        .describe("How `pg_dump` and `psql` reach the database."),
      // A Docker host has no objects that tell of backups.
      external: externalCommandSchema.optional().describe(EXTERNAL),
    })
    .prefault({})
    .describe("How the database is saved before a migration."),
  rollout: z
    .strictObject({
      deadlineSeconds: seconds
        .default(600)
        .describe("Longest wait for all new containers, in seconds."),
    })
    .prefault({})
    .describe("How new containers take the place of old ones."),
  verify: verifySchema
    .omit({ prometheus: true })
    .prefault({})
    .describe("How a new release is verified."),
});

type DockerFields = z.infer<z.ZodObject<ReturnType<typeof dockerFields>>>;

/** What a stack file says of a gateway on a Docker host. @typeParam Own - what its product lets it say */
export type OnDocker<Own extends GatewaySettings> = Omit<Own, keyof DockerFields> & DockerFields;
/** The same, whatever its product. */
export type DockerSettings = OnDocker<GatewaySettings>;
/** Everything about one gateway on a Docker host, whatever its product. */
export type DockerConfig = GatewayConfig<DockerSettings>;
/** A gateway on a Docker host and its product. @typeParam P - the product */
export type DockerGateway<P> = Declared<P, DockerSettings>;

/** A Docker host, as far as a stack file says something about it. */
export const configuredDocker: ConfiguredTarget = {
  name: "docker",
  // What only a chart reads.
  lacks: ["chart", "values", "ignoreHooks"],
  fields: (product) => dockerFields(product),
  place: ({ host, project }: DockerSettings["docker"]) => ({
    id: `${daemonOfAddress(host)} ${project}`,
    words: `project ${project} on ${host}`,
    remedy: "give it another project",
  }),
  clash: (one: DockerSettings["docker"], other: DockerSettings["docker"]) =>
    daemonOfAddress(one.host) === daemonOfAddress(other.host) ? clashOn(one, other) : undefined,
};
