import { z } from "zod";
import type { Container } from "../upgrade/platform";

const name = z.string().min(1);

/**
 * Where the database is reached: through the connection string of the step's environment, through the client
 * programs of a pod that runs beside it, or through a pod that is made for it.
 */
export const databaseSourceSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    /**
     * psql, pg_dump and pg_restore of this machine, with the connection string in the environment. The connection has to be
     * direct or through a pooler in session mode: snapshots and locks belong to a session.
     */
    kind: z.literal("url"),
  }),
  z.strictObject({
    /** Kind of the target in which it runs. @defaultValue `kubernetes` */
    target: name.optional(),
    /** The same programs inside a pod or another container, by `kubectl exec` or `docker exec`; its own rules let the user in (S-04). */
    kind: z.literal("pod"),
    /** Path of the kubeconfig. Default: kubectl's own. */
    kubeconfig: name.optional(),
    /** Context of the kubeconfig. Default: its current one. */
    context: name.optional(),
    namespace: name,
    /** Label selector that matches exactly one running pod: `app=postgres`. */
    selector: name.optional(),
    /** Name of the pod, where it is known. Wins over the selector. */
    pod: name.optional(),
    /** Address of the Docker daemon, and the public key of its host, where it runs on one. */
    host: name.optional(),
    hostKey: name.optional(),
    /** Volume with its data on a Docker host, which is there as soon as the database was ever made. */
    volume: name.optional(),
    /** Compose project that is taken over: its container on that volume is meant until ours runs. */
    composeProject: name.optional(),
    /** Default: the pod's first container. */
    container: name.optional(),
    database: name,
    /** Default: whom the pod's own environment names. */
    user: name.optional(),
  }),
  z.strictObject({
    target: name.optional(),
    /** The same programs inside a Job of our own, if neither this machine nor a pod of the database can be used (S-04). */
    kind: z.literal("job"),
    kubeconfig: name.optional(),
    context: name.optional(),
    /** Where the Job is made, and where the Secret is. */
    namespace: name,
    /** Begin of the Job's name; at most 40 characters of it are used. */
    name,
    /** The Secret that holds the connection string, and its key: only the pod ever reads it. */
    secret: z.strictObject({ name, key: name }),
    /** Image with psql, pg_dump, pg_restore, sh and awk, of the server's major version: `postgres:16-alpine`. */
    image: name,
    imagePullSecrets: z.array(z.strictObject({ name })).default([]),
    serviceAccount: name.optional(),
    /** Labels by which NetworkPolicies let the pod reach the database. */
    labels: z.record(z.string(), z.string()).default({}),
    /** Longest wait for the pod, in seconds. */
    startsWithinSeconds: z.number().positive().default(120),
  }),
]);

export type DatabaseSource = z.infer<typeof databaseSourceSchema>;

/** The form for which a container of our own is made. */
export type JobSource = Extract<DatabaseSource, { kind: "job" }>;

/** The client programs in a container that runs. */
export interface ContainerSource {
  readonly kind: "container";
  readonly container: Container;
  readonly database: string;
  /** @defaultValue whom the container's own environment names */
  readonly user?: string | undefined;
}

/** A database that can be opened at once. */
export type ReachableSource = Extract<DatabaseSource, { kind: "url" }> | ContainerSource;
