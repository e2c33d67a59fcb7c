import { isVerified } from "../../upgrade/changes-nothing";
import { downgradeToWarnings } from "../../upgrade/downgrade-to-warnings";
import type { Finding } from "../../upgrade/finding";
import type { Gate } from "../../upgrade/gate";
import { demandsInCluster, demandsInNamespace } from "../demands";
import { contextOf, guardedWorkloads, placeOf, type KubernetesInput } from "../gate-input";
import type { KubernetesObject } from "../objects/object";
import { readWorkload } from "../objects/workload-shape";
import { wantedResources } from "../objects/read-container-resources";
import { adoptionGates } from "./adoption-list";
import { capacity } from "./capacity";
import { clusterHealth } from "./cluster-health";
import { disruptionBudget } from "./disruption-budget";
import { drift } from "./drift";
import { foreignBudget } from "./foreign-budget";
import { foreignObjects } from "./foreign-objects";
import { hooksInventory } from "./hooks-inventory";
import { migrationState } from "./migration-state";
import { networkReach, targetsOf } from "./network-reach";
import { quota } from "./quota";
import { replicas } from "./replicas";
import { resourceChanges } from "./resource-changes";
import { rollingUpdate } from "./rolling-update";
import { sameCluster } from "./same-cluster";
import { valuesDiff } from "./values-diff";
import { valuesTrap } from "./values-trap";

/** A workload among the objects, and where the values decide on its pods; undefined if availability does. */
interface GuardedArgs {
  readonly objects: readonly KubernetesObject[];
  readonly workload: string;
  readonly declaredAt: string | undefined;
}

/**
 * Asks about every workload that a budget guards. Those behind the one that serves may be few on purpose: of a StatefulSet each pod has what no
 * other one has, so that it is held to the same, and of a Deployment it is reported.
 */
const eachGuarded = (
  input: KubernetesInput,
  ask: (one: GuardedArgs) => readonly Finding[],
): readonly Finding[] =>
  guardedWorkloads(input).flatMap(({ workload }) => {
    const objects = input.release.rolledOut;
    if (workload === input.release.deployment)
      return ask({ objects, workload, declaredAt: undefined });
    const findings = ask({ objects, workload, declaredAt: input.at("values") });
    const isStateful = readWorkload(objects, workload)?.kind === "StatefulSet";
    return isStateful ? findings : downgradeToWarnings(findings);
  });

/** Whether the chart and its values make a release that can be rolled out without a gap. */
const releaseGates: readonly Gate<KubernetesInput>[] = [
  {
    name: "values-trap",
    question: "Is a value set that does nothing, or is decided elsewhere?",
    ask: ({ settings: { values }, product, at }) =>
      valuesTrap({ values, traps: product.valueTraps, at: at("values") }),
  },
  {
    name: "values-diff",
    question:
      "Does the target chart still read the values, and which of its defaults are others than before?",
    ask: ({ settings: { values }, release: { defaults }, product, at }) =>
      valuesDiff({
        ...defaults,
        values,
        open: product.openValues,
        required: product.requiredValues,
        at: at("values"),
      }),
  },
  {
    name: "hooks-inventory",
    question: "Is every hook of the chart stood for by a chapter, or given up by name?",
    ask: ({ settings, release: { hooks }, product, at }) =>
      hooksInventory({
        hooks,
        modelled: product.modelledHooks,
        ignored: settings.ignoreHooks,
        at: at("chart"),
      }),
  },
  {
    name: "network-reach",
    question: "Do the NetworkPolicies let the pods out to the ports behind the URLs?",
    ask: ({ facts: { cluster }, release, secrets, product, secretsAt }) =>
      networkReach({
        cluster,
        objects: release.configuration,
        labels: release.labels,
        targets: targetsOf(secrets, product.urlRules),
        at: secretsAt(),
      }),
  },
  {
    name: "replicas",
    question: "Are there enough pods for one to go, and is their number left to the autoscaler?",
    ask: (input) => eachGuarded(input, replicas),
  },
  {
    name: "disruption-budget",
    question: "Does exactly one budget keep a pod and let a pod go?",
    ask: (input) => eachGuarded(input, disruptionBudget),
  },
  {
    name: "rolling-update",
    question:
      "Does a rollout keep each pod until its successor serves, or its turn comes, and let it drain?",
    ask: (input) =>
      eachGuarded(input, (one) =>
        rollingUpdate({ ...one, drainSeconds: input.product.drainSeconds }),
      ),
  },
];

/** Whether the cluster is the right one, well, and has room. */
const clusterGates: readonly Gate<KubernetesInput>[] = [
  {
    name: "same-cluster",
    question: "Is it the cluster in which this stack has installed its gateway?",
    ask: (input) =>
      sameCluster({
        cluster: input.facts.cluster,
        identity: input.facts.identity,
        verified: input.plan.verified,
        at: contextOf(input),
      }),
  },
  {
    name: "cluster-health",
    question: "Are the nodes and the running release well?",
    ask: (input) =>
      clusterHealth({
        cluster: input.facts.cluster,
        plan: input.plan,
        at: placeOf(input),
        mended: input.release.mended,
      }),
  },
  {
    name: "foreign-objects",
    question: "Do the objects belong to somebody else, before the first release of this stack?",
    ask: (input) =>
      foreignObjects({
        cluster: input.facts.cluster,
        plan: input.plan,
        adopt: input.settings.adopt,
        at: placeOf(input),
      }),
  },
  {
    name: "migration-state",
    question: "Does a migration run, or has one failed and was left?",
    ask: (input) =>
      migrationState({
        plan: input.plan,
        cluster: input.facts.cluster,
        database: input.facts.database,
        job: input.release.migration,
        down: input.release.downgrade,
        hook: input.release.migrationHook,
        at: placeOf(input),
      }),
  },
  {
    name: "capacity",
    question: "Is there room on the nodes for the pods of backup, migration and rollout?",
    ask: (input, all) =>
      capacity({
        cluster: input.facts.cluster,
        demands: demandsInCluster(input, all),
        onDemandSeconds: input.settings.rollout.nodesOnDemand?.withinSeconds,
        at: contextOf(input),
      }),
  },
  {
    name: "quota",
    question: "Do the quotas and limit ranges of the namespace let those pods in?",
    ask: (input, all) =>
      quota({
        cluster: input.facts.cluster,
        demands: demandsInNamespace(input, all),
        at: placeOf(input),
      }),
  },
  {
    name: "drift",
    question: "Has somebody changed or removed objects behind the back of the engine?",
    ask: (input) =>
      drift({
        cluster: input.facts.cluster,
        objects: input.release.applied,
        unchanged: isVerified(input.facts, input.release),
        namespace: input.settings.kubernetes.namespace,
        at: placeOf(input),
      }),
  },
  {
    name: "foreign-budget",
    question: "Has somebody else laid a budget over the same pods?",
    ask: (input) =>
      foreignBudget({
        cluster: input.facts.cluster,
        guarded: guardedWorkloads(input),
        at: placeOf(input),
      }),
  },
  {
    name: "resource-changes",
    question:
      "Which requests and limits are others than those that run, and what does it come to over all pods?",
    ask: (input) =>
      resourceChanges({
        cluster: input.facts.cluster,
        wanted: wantedResources(input.release.rolledOut),
        at: placeOf(input),
      }),
  },
];

/** Gates that hold for every product on Kubernetes. */
export const kubernetesGates: readonly Gate<KubernetesInput>[] = [
  ...releaseGates,
  ...clusterGates,
  ...adoptionGates,
];
