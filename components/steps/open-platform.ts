import { z } from "zod";
import type { OpenPlatform } from "../upgrade/platform";
import { StepFailure } from "../upgrade/step-io";

/** Kinds of targets, loaded by name: no step pays for the imports of another kind. */
const platforms: Readonly<Record<string, () => Promise<OpenPlatform>>> = {
  kubernetes: async () =>
    (await import("../kubernetes/platform/kubernetes-platform")).withKubernetes,
};

/** Fields of a step's input that say where its product runs. */
export const platformFields = {
  /** Kind of the target. @defaultValue `kubernetes` */
  target: z.string().optional(),
  /** Path of a kubeconfig. @defaultValue what kubectl would use */
  kubeconfig: z.string().optional(),
  context: z.string().optional(),
  namespace: z.string().min(1),
};

/** Opens the platform of the kind that the place names. */
export const openPlatform: OpenPlatform = async (place, io, work) => {
  const { target = "kubernetes" } = place;
  const load = platforms[target];
  if (load === undefined)
    throw new StepFailure(
      `there is no target "${target}"`,
      `name one of ${Object.keys(platforms).join(", ")}`,
    );
  const open = await load();
  return open(place, io, work);
};
