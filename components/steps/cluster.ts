import { z } from "zod";
import { openCluster, type ClusterClient } from "../kubernetes/client";
import { patientClient } from "../kubernetes/patient";
import type { StepIo } from "./step";

/** Fields of a step's input that say where its objects live. */
export const clusterFields = {
  /** Path of a kubeconfig; its content, where that is a secret, comes in the environment as GATEWAYS_KUBECONFIG. */
  kubeconfig: z.string().optional(),
  context: z.string().optional(),
  namespace: z.string().min(1),
};

/** Which cluster a step works in. */
export interface ClusterFields {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** Runs work with a client that outlives a restart of the API server, and closes its connections afterwards. */
export async function withCluster<T>(
  input: ClusterFields,
  io: StepIo,
  work: (client: ClusterClient) => Promise<T>,
): Promise<T> {
  const kubeconfig = io.env["GATEWAYS_KUBECONFIG"] ?? input.kubeconfig;
  const client = await openCluster({ kubeconfig, context: input.context });
  try {
    return await work(patientClient(client, io.say, io.signal));
  } finally {
    client.close();
  }
}
