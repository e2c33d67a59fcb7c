import { z } from "zod";

const name = z.string().min(1);

/**
 * Where the database is reached: through the connection string of the step's environment, or through the client
 * programs of a pod that runs beside it.
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
    /** The same programs inside a pod, by `kubectl exec`; the pod's own rules let the user in (S-04). */
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
    /** Default: the pod's first container. */
    container: name.optional(),
    database: name,
    user: name,
  }),
]);

export type DatabaseSource = z.infer<typeof databaseSourceSchema>;

/** The form that goes through a pod. */
export type PodSource = Extract<DatabaseSource, { kind: "pod" }>;
