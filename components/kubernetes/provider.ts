import * as kubernetes from "@pulumi/kubernetes";
import type { SmoltbotConfig } from "../config/schema";

/**
 * The one provider of a stack, for the cluster that the stack file names and no other.
 *
 * - The cluster's identity is the context's name: a rotated credential updates the provider instead of replacing every object.
 * - ConfigMaps and Secrets change in place; the default would delete and create them beside running pods.
 * - Objects that a killed run left behind are taken over; without that it could not be resumed.
 */
export const kubernetesProvider = ({
  kubeconfig,
  context,
}: SmoltbotConfig["kubernetes"]): kubernetes.Provider =>
  new kubernetes.Provider("cluster", {
    kubeconfig,
    context,
    clusterIdentifier: context,
    enableConfigMapMutable: true,
    enableSecretMutable: true,
    upsertExistingObjects: true,
  });
