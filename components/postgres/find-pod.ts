import { text } from "node:stream/consumers";
import { StepFailure } from "../upgrade/step-io";
import { startClient } from "./client";
import type { PodSource } from "./database-source";
import { kubectlTarget } from "./kubectl-target";

/**
 * Names the one running pod that the source means.
 *
 * @throws StepFailure where none or more than one runs: a dump of the wrong replica would be worse than none.
 */
export async function findPod(source: PodSource, env: NodeJS.ProcessEnv): Promise<string> {
  if (source.pod !== undefined) return source.pod;
  const selector = source.selector ?? "";
  const client = startClient({
    file: "kubectl",
    args: [
      ...[...kubectlTarget(source), "get", "pods", "-n", source.namespace, "-l", selector],
      ...["--field-selector", "status.phase=Running", "-o", "jsonpath={.items[*].metadata.name}"],
      "--request-timeout=30s",
    ],
    env,
    redact: (said) => said,
  });
  client.stdin.end();
  const [listed, end] = await Promise.all([text(client.stdout), client.end]);
  if (end.code !== 0) {
    throw new StepFailure(
      `the pods of ${source.namespace} could not be listed: ${end.words}`,
      "check kubeconfig, context and namespace of the backup's source",
    );
  }
  const pods = listed.split(/\s+/).filter((pod) => pod !== "");
  const [pod] = pods;
  if (pod === undefined || pods.length > 1) {
    throw new StepFailure(
      `${pods.length === 0 ? "no running pod matches" : `${pods.join(", ")} match`} ${selector || "an empty selector"} in ${source.namespace}`,
      "name the pod of the database, or a selector that matches only the primary",
    );
  }
  return pod;
}
