import type { PropertyMap } from "../../protocol/values";
import { nameOf } from "../kube-object";
import { textAt } from "../paths";
import type { Judgement, Surroundings } from "./judge";

/**
 * A claim is ready when it is bound, or pending where its storage class waits for the first consumer.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/await/awaiters.go
 */
export async function judgeClaim(claim: PropertyMap, around: Surroundings): Promise<Judgement> {
  const phase = textAt(claim, "status", "phase");
  if (around.isRead) return { isReady: true };
  const isLazy = (await bindingMode(claim, around)) === "WaitForFirstConsumer";
  const isWaiting = isLazy && around.before === undefined && phase === "Pending";
  return {
    isReady: phase === "Bound" || isWaiting,
    status: `Waiting for claim "${nameOf(claim)}" to be bound (phase ${phase})`,
  };
}

async function bindingMode(claim: PropertyMap, { api }: Surroundings): Promise<string> {
  const name = textAt(claim, "spec", "storageClassName");
  if (name === "") return "";
  const address = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name } };
  const found = await api.get(address).catch(() => undefined);
  return textAt(found, "volumeBindingMode");
}

/** A volume is ready when it is available or bound; a refresh does not look. */
export function judgeVolume(volume: PropertyMap, around: Surroundings): Judgement {
  const phase = textAt(volume, "status", "phase");
  const isReady = around.isRead || phase === "Available" || phase === "Bound";
  return { isReady, status: `Waiting for volume "${nameOf(volume)}" (phase ${phase})` };
}
