import { z } from "zod";
import { ClusterError, openCluster, type ClusterClient } from "../kubernetes/api/client";
import { retryingClient } from "../kubernetes/api/retrying-client";
import { StepFailure, type StepIo } from "../upgrade/step-io";

/** Fields of a step's input that say where its objects live. */
export const clusterFields = {
  /** Path of a kubeconfig. @defaultValue what kubectl would use, as for the gates: KUBECONFIG, else the one of the home directory */
  kubeconfig: z.string().optional(),
  context: z.string().optional(),
  namespace: z.string().min(1),
};

/** Which cluster a step works in. */
export interface ClusterFields {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/**
 * Runs work with a client that outlives a restart of the API server, and closes its connections afterwards. It is the cluster that the
 * gates have looked at: nothing but the input and what kubectl goes by decides which one.
 *
 * @throws StepFailure where the cluster refuses or stays silent.
 */
export async function withCluster<T>(
  input: ClusterFields,
  io: StepIo,
  work: (client: ClusterClient) => Promise<T>,
): Promise<T> {
  const client = await openCluster({ kubeconfig: input.kubeconfig, context: input.context });
  try {
    return await work(retryingClient(client, io.say, io.signal));
  } catch (error) {
    throw error instanceof ClusterError ? toStepFailure(error) : error;
  } finally {
    client.close();
  }
}

function toStepFailure({ message, status }: ClusterError): StepFailure {
  const refused = status === 401 || status === 403;
  return new StepFailure(
    refused ? `the cluster refuses: ${message}` : `the cluster cannot be asked: ${message}`,
    refused
      ? "grant this right to the user of the kubeconfig, then run the upgrade again"
      : "see that the API server answers, then run the upgrade again; it goes on from here",
  );
}
