import { Provider } from "@pulumi/kubernetes/provider.js";
import type { SmoltbotConfig } from "../config/schema";

type Place = SmoltbotConfig["kubernetes"];

/**
 * One provider per cluster that the stack file names, and for no other; a stack with one cluster calls it `cluster`.
 *
 * - The cluster's identity is the context's name: a rotated credential updates the provider instead of replacing every object.
 * - ConfigMaps and Secrets change in place; the default would delete and create them beside running pods.
 * - Objects that a killed run left behind are taken over; without that it could not be resumed.
 */
export function kubernetesProviders(places: readonly Place[]): (place: Place) => Provider {
  const made = new Map<string, Provider>();
  const several = new Set(places.map(key)).size > 1;
  for (const place of places) {
    const name = several ? `cluster-${place.context}` : "cluster";
    if (!made.has(key(place))) made.set(key(place), provider(name, place));
  }
  return (place) => made.get(key(place)) ?? provider(`cluster-${place.context}`, place);
}

const key = ({ kubeconfig = "", context }: Place): string => `${kubeconfig} ${context}`;

const provider = (name: string, { kubeconfig, context }: Place): Provider =>
  new Provider(name, {
    kubeconfig,
    context,
    clusterIdentifier: context,
    enableConfigMapMutable: true,
    enableSecretMutable: true,
    upsertExistingObjects: true,
  });
