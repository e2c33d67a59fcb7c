import { z } from "zod";
import { dockerPlaceFields } from "../docker/platform/place";
import type { OpenPlatform } from "../upgrade/platform";
import { StepFailure } from "../upgrade/step-io";

/** Kinds of targets, loaded by name: no step pays for the imports of another kind. */
const platforms: Readonly<Record<string, () => Promise<OpenPlatform>>> = {
  kubernetes: async () =>
    (await import("../kubernetes/platform/kubernetes-platform")).withKubernetes,
  docker: async () => (await import("../docker/platform/docker-platform")).withDocker,
};

/** Fields of a step's input that say where its product runs. */
export const platformFields = {
  /** Kind of the target. @defaultValue `kubernetes` */
  target: z.string().optional(),
  /** Path of a kubeconfig. @defaultValue what kubectl would use */
  kubeconfig: z.string().optional(),
  context: z.string().optional(),
  /** Namespace of a cluster, or the project on a Docker host: with it begins the name of each container. */
  namespace: z.string().min(1),
  ...dockerPlaceFields,
};

/** They as the program writes them. */
export type PlaceFields = z.input<z.ZodObject<typeof platformFields>>;

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
