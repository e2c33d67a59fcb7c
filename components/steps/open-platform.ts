import { z } from "zod";
import { dockerPlaceFields } from "../docker/platform/place";
import type { OpenPlatform, PlatformPlace } from "../upgrade/platform";
import { StepFailure } from "../upgrade/step-io";

/** Kinds of targets, loaded by name: no step pays for the imports of another kind. */
const platforms: Readonly<Record<string, () => Promise<OpenPlatform>>> = {
  kubernetes: async () =>
    (await import("../kubernetes/platform/kubernetes-platform")).withKubernetes,
  docker: async () => (await import("../docker/platform/docker-platform")).withDocker,
};

/** What an instance of a workload is called there. */
const instanceWords: Readonly<Record<string, string>> = { kubernetes: "pod", docker: "container" };

/** What an instance is called at this kind of target, in sentences for the operator: `pod`, `container`. */
export const instanceWord = ({ target = "kubernetes" }: PlatformPlace): string =>
  instanceWords[target] ?? "instance";

/** Who renames an image between the stack file and what runs. */
const renamed: Readonly<Record<string, string>> = {
  kubernetes: "a mirror that renames images is named in kubernetes.imageMirrors",
  docker:
    "if somebody has made it anew by hand, pulumi refresh and pulumi up make it as the stack file says",
};

/** What helps at this kind of target where an instance runs an image of another name than the wanted one. */
export const renamedFix = ({ target = "kubernetes" }: PlatformPlace): string =>
  renamed[target] ?? "see who has renamed it";

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
