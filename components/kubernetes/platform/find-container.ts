import { execFile } from "node:child_process";
import type { Container, ContainerQuery, PlatformPlace } from "../../upgrade/platform";
import { StepFailure } from "../../upgrade/step-io";
import { containerOf, kubectlTarget, placeSchema, type KubernetesPlace } from "./kubectl";

/**
 * Finds the container of the one running pod that is meant.
 *
 * @param env - of kubectl, which lists the pods.
 * @throws StepFailure if none or more than one runs: a dump of the wrong replica would be worse than none.
 */
export async function findContainer(
  place: KubernetesPlace,
  { instance, selector = "", container }: ContainerQuery,
  env: NodeJS.ProcessEnv,
): Promise<Container> {
  if (instance !== undefined) return containerOf(place, instance, container);
  const pods = await runningPods(place, selector, env);
  const [pod] = pods;
  if (pod !== undefined && pods.length === 1) return containerOf(place, pod, container);
  throw new StepFailure(
    `${pod === undefined ? "no running pod matches" : `${pods.join(", ")} match`} ${selector || "an empty selector"} in ${place.namespace}`,
    "name the pod of the database, or a selector that matches only the primary",
  );
}

/** The same, for a look that opens no platform. */
export const findContainerWith =
  (env: NodeJS.ProcessEnv) =>
  (place: PlatformPlace, query: ContainerQuery): Promise<Container> =>
    findContainer(placeSchema.parse(place), query, env);

async function runningPods(
  place: KubernetesPlace,
  selector: string,
  env: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const args = [
    ...[...kubectlTarget(place), "get", "pods", "-n", place.namespace, "-l", selector],
    ...["--field-selector", "status.phase=Running", "-o", "jsonpath={.items[*].metadata.name}"],
    "--request-timeout=30s",
  ];
  const listed = await new Promise<string>((resolve, reject) => {
    execFile("kubectl", args, { env }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(cannotList(place, error.code === "ENOENT" ? "kubectl is not installed" : stderr));
    });
  });
  return listed.split(/\s+/).filter((pod) => pod !== "");
}

function cannotList({ namespace }: KubernetesPlace, said: string): StepFailure {
  const line =
    said
      .trim()
      .split("\n")
      .at(-1)
      ?.replace(/^error: /i, "") ?? "";
  return new StepFailure(
    `the pods of ${namespace} could not be listed: ${line || "kubectl gives no reason"}`,
    "check kubeconfig, context and namespace of the backup's source",
  );
}
