import { z } from "zod";

const name = z.string().min(1);

/** The front proxy that owns the published port. Durations are in seconds. */
const proxySchema = z.strictObject({
  /** Where it listens: `0.0.0.0:8787`. */
  bind: name,
  /** Longest silence in a request or a stream before it is ended. */
  idleSeconds: z.number().positive(),
  /** Longest wait for what is open with an old gateway or an old proxy. */
  drainSeconds: z.number().positive(),
  /** The gateways behind it, and where it finds each. */
  servers: z.array(z.strictObject({ name, address: name })).min(1),
});

/** Everything that is to run for one gateway. */
const wantedSchema = z.strictObject({
  /** What the containers of the gateway carry in a label: its project, which no other gateway of the host has. */
  gateway: name,
  /** Names of the wanted containers of each role: `{ gateway: ["smoltbot-gateway-1-1-0-1-ab12cd"] }`. */
  containers: z.record(name, z.array(name)),
  proxy: proxySchema,
});

/** What is done with a Compose project. */
const composeSchema = z.strictObject({
  project: name,
  /** Its services whose place ours take; left out if nothing is taken over. */
  takes: z
    .strictObject({
      /** Those that keep data, by the role that ours have: `{ postgres: "postgres" }`. */
      data: z.record(name, name),
      /** The one that owns the published port. */
      gateway: name,
      /** Others that read or write the data. */
      others: z.array(name),
      /** From the signal until it is killed, in seconds. */
      stopSeconds: z.number().positive(),
      /** Path at which the gateway answers with 200 once it is ready. */
      ready: name,
    })
    .optional(),
  /** Services whose ended containers are removed; none without a consent. */
  remove: z.array(name),
});

/** Fields of a step's input that say where its product runs on a Docker host. */
export const dockerPlaceFields = {
  /** The Docker daemon: a socket such as unix:///var/run/docker.sock, or ssh://user\@host. */
  host: name.optional(),
  /** Public key of an ssh:// host. */
  hostKey: name.optional(),
  /** What is to run there; left out where a step only looks. */
  wanted: wantedSchema.optional(),
  /** Left out where no Compose project is touched. */
  compose: composeSchema.optional(),
};

/** What is read of a place; its other keys belong to whoever has it in an input. */
export const dockerPlaceSchema = z.object({
  ...dockerPlaceFields,
  host: name,
  namespace: name,
  /** Of a database: its name, and the volume with its data. */
  database: name.optional(),
  volume: name.optional(),
  /** Compose project whose database is meant until ours runs. */
  composeProject: name.optional(),
});

/** A Docker host, and one gateway on it. */
export type DockerHostPlace = z.output<typeof dockerPlaceSchema>;
export type WantedContainers = z.output<typeof wantedSchema>;
export type ComposePlace = z.output<typeof composeSchema>;
