import type { PropertyMap } from "../../protocol/values";
import { annotationOf, nameOf, namespaceOf } from "../kube-object";
import { mapsAt, numberAt, textAt } from "../paths";
import type { Judgement, Surroundings } from "./judge";
import { conditionOf, isOwnedBy, isTrue, podProblems } from "./pod-state";

const revision = "deployment.kubernetes.io/revision";

/** What one look found. */
interface Rollout {
  readonly deployment: PropertyMap;
  readonly isAvailable: boolean;
  readonly isProgressed: boolean;
  readonly isReplicaSetReady: boolean;
  readonly ready: number;
  readonly wanted: number;
  readonly unboundClaims: readonly string[];
  readonly podProblems: readonly string[];
}

/**
 * A Deployment is ready when its controller has seen the change, the Pods of the new ReplicaSet are
 * ready, it is available, and its claims are bound. It is never given up before the deadline.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/await/deployment.go
 */
export async function judgeDeployment(
  deployment: PropertyMap,
  around: Surroundings,
): Promise<Judgement> {
  const rollout = await lookAt(deployment, around);
  const isFirst = annotationOf(deployment, revision) === "1";
  const isObserved =
    numberAt(deployment, "status", "observedGeneration") ===
    numberAt(deployment, "metadata", "generation");
  const isReady =
    (isObserved || around.isRead) &&
    rollout.isAvailable &&
    rollout.isReplicaSetReady &&
    (isFirst || rollout.isProgressed) &&
    rollout.unboundClaims.length === 0;
  return {
    isReady,
    status: `Waiting for app ReplicaSet to be available (${rollout.ready}/${rollout.wanted} Pods available)`,
    problems: problemsOf(rollout, isFirst),
  };
}

async function lookAt(deployment: PropertyMap, around: Surroundings): Promise<Rollout> {
  const { api } = around;
  const namespace = namespaceOf(deployment);
  const current = annotationOf(deployment, revision);
  const sets = await api.list({ group: "apps", version: "v1", kind: "ReplicaSet" }, namespace);
  const set = sets.find(
    (found) => isOwnedBy(found, deployment) && annotationOf(found, revision) === current,
  );
  const pods = await api.list({ group: "", version: "v1", kind: "Pod" }, namespace);
  const wanted = numberAt(set, "spec", "replicas");
  const ready = numberAt(set, "status", "readyReplicas");
  const progressing = conditionOf(deployment, "Progressing");
  return {
    deployment,
    isAvailable: isTrue(deployment, "Available"),
    isProgressed:
      progressing?.["status"] === "True" && progressing["reason"] === "NewReplicaSetAvailable",
    isReplicaSetReady: current !== "" && set !== undefined && ready >= wanted,
    ready,
    wanted,
    unboundClaims: await unboundClaims(deployment, around),
    podProblems:
      set === undefined ? [] : pods.filter((p) => isOwnedBy(p, set)).flatMap(podProblems),
  };
}

async function unboundClaims(
  deployment: PropertyMap,
  { api }: Surroundings,
): Promise<readonly string[]> {
  const names = mapsAt(deployment, "spec", "template", "spec", "volumes")
    .map((volume) => textAt(volume, "persistentVolumeClaim", "claimName"))
    .filter((name) => name !== "");
  if (names.length === 0) return [];
  const kind = { group: "", version: "v1", kind: "PersistentVolumeClaim" };
  const claims = await api.list(kind, namespaceOf(deployment));
  return claims
    .filter((claim) => names.includes(nameOf(claim)))
    .filter((claim) => textAt(claim, "status", "phase") !== "Bound")
    .map(nameOf);
}

function problemsOf(rollout: Rollout, isFirst: boolean): readonly string[] {
  const problems = ["Progressing", "Available"]
    .map((type) => conditionOf(rollout.deployment, type))
    .filter((found) => found !== undefined && found["status"] !== "True")
    .map((found) => `[${textAt(found, "reason")}] ${textAt(found, "message")}`);
  if (rollout.unboundClaims.length > 0) {
    problems.push(`Failed to bind PersistentVolumeClaim(s): "${rollout.unboundClaims.join(",")}"`);
  }
  if (!rollout.isAvailable) problems.push("Minimum number of live Pods was not attained");
  else if ((isFirst && !rollout.isReplicaSetReady) || (!isFirst && !rollout.isProgressed)) {
    problems.push("Minimum number of Pods to consider the application live was not attained");
  } else if (!rollout.isReplicaSetReady) {
    problems.push(
      "Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live",
    );
  }
  return [...problems, ...rollout.podProblems];
}
