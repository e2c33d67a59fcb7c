import { z } from "zod";
import type { Container } from "../../upgrade/platform";
import type { ClusterAccess } from "../api/access";

/** What is read of a place; its other keys belong to whoever has it in an input. */
export const placeSchema = z.object({
  /** Path of a kubeconfig. @defaultValue what kubectl would use, as for the gates: KUBECONFIG, else the one of the home directory */
  kubeconfig: z.string().optional(),
  context: z.string().optional(),
  namespace: z.string().min(1),
});

/** A namespace of a cluster. */
export type KubernetesPlace = z.output<typeof placeSchema>;

/** The cluster that kubectl is to speak to, as its first arguments. */
export const kubectlTarget = ({ kubeconfig, context }: ClusterAccess): readonly string[] => [
  ...(kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig]),
  ...(context === undefined ? [] : ["--context", context]),
];

/** A container of a pod, in which programs run by `kubectl exec`. */
export const containerOf = (
  place: KubernetesPlace,
  pod: string,
  container: string | undefined,
): Container => ({
  words: `pod ${place.namespace}/${pod}`,
  command: (program, { hasInput = true } = {}) => ({
    file: "kubectl",
    args: [
      ...[...kubectlTarget(place), "exec"],
      ...(hasInput ? ["-i"] : []),
      ...["-n", place.namespace, pod],
      ...(container === undefined ? [] : ["-c", container]),
      ...["--", ...program],
    ],
  }),
  reachFix:
    "grant pods/exec to the user of the kubeconfig and see that kubectl is installed, then run this again",
});
