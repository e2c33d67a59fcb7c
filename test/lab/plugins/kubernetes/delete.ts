import { setTimeout as sleep } from "node:timers/promises";
import { InitFailed } from "../protocol/failures";
import type { DeleteCall } from "../protocol/handlers";
import type { PropertyMap } from "../protocol/values";
import { ApiError, isReason, NoMatchError, type KubeApi } from "./api";
import { deadlineSeconds } from "./await/await-ready";
import { fromCheckpoint, provenanceOf, toCheckpoint } from "./checkpoint";
import {
  annotationOf,
  annotations,
  apiVersionOf,
  idOf,
  isAnnotated,
  kindOf,
  parseId,
} from "./kube-object";
import { at, withAt } from "./paths";
import { clusterOf, type Session } from "./session";

const pauseMs = 250;

const policies: Readonly<Record<string, string>> = { background: "Background", orphan: "Orphan" };

/**
 * Kinds whose `skipAwait` holds for their removal, too: a replacement of the same name then meets the old
 * object. Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/metadata/overrides.go (DeletedCondition)
 */
const unawaited: ReadonlySet<string> = new Set([
  "apps/v1/DaemonSet",
  "apps/v1/Deployment",
  "apps/v1/StatefulSet",
  "batch/v1/Job",
  "v1/Namespace",
  "v1/Pod",
  "v1/ReplicationController",
]);

/**
 * Removes an object and waits until it is gone; what is gone already is no error. What the object owns
 * goes first, unless `pulumi.com/deletionPropagationPolicy` says otherwise. Workloads, Pods, Jobs and
 * Namespaces with `skipAwait` are not waited for.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/await/await.go (Deletion)
 * @throws InitFailed when the object is still there at the deadline (default 600 s).
 */
export async function remove(session: Session, call: DeleteCall): Promise<void> {
  const { inputs, live } = fromCheckpoint(call.olds);
  const api = clusterOf(session);
  if (api === undefined) {
    withoutCluster(session, call);
    return;
  }
  const { namespace, name } = parseId(call.id);
  const object = namespace === "" ? live : withAt(live, ["metadata", "namespace"], namespace);
  const wanted = annotationOf(inputs, annotations.deletionPropagation).toLowerCase();
  try {
    await api.call({
      method: "DELETE",
      path: await api.objectPath(object, name),
      body: { propagationPolicy: policies[wanted] ?? "Foreground" },
      signal: call.signal,
    });
    const isSkipped = isAnnotated(inputs, annotations.skipAwait);
    if (isSkipped && unawaited.has(`${apiVersionOf(inputs)}/${kindOf(inputs)}`)) return;
    await untilGone(api, call, withAt(object, ["metadata", "name"], name), inputs);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function isGone(error: unknown): boolean {
  if (error instanceof NoMatchError || isReason(error, "NotFound")) return true;
  return error instanceof ApiError && error.code === 404;
}

function withoutCluster(session: Session, call: DeleteCall): void {
  const reason = "unreachable" in session.cluster ? session.cluster.unreachable : "";
  call.log("warning", `configured Kubernetes cluster is unreachable: ${reason}`);
  if (session.options.deleteUnreachable) return;
  throw new Error(
    'configured Kubernetes cluster is unreachable. If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"',
  );
}

// The wait ends by the server's "not found"; an object of the same name but another uid is a new one.
async function untilGone(
  api: KubeApi,
  call: DeleteCall,
  object: PropertyMap,
  inputs: PropertyMap,
): Promise<void> {
  const deadline = Date.now() + deadlineSeconds(inputs, call.timeoutSeconds) * 1_000;
  const uid = at(object, "metadata", "uid");
  for (;;) {
    const live = await api.get(object);
    if (at(live, "metadata", "uid") !== uid) return;
    if (Date.now() >= deadline || call.signal.aborted) throw stillThere(call, live);
    await sleep(pauseMs, undefined, { signal: call.signal }).catch(() => undefined);
  }
}

function stillThere(call: DeleteCall, live: PropertyMap): InitFailed {
  const finalizers = JSON.stringify(at(live, "metadata", "finalizers") ?? []);
  call.log("warning", `finalizers might be preventing deletion (${finalizers})`);
  const message = "timed out waiting for the condition";
  const inputs = fromCheckpoint(call.olds).inputs;
  const outputs = toCheckpoint(inputs, live, call.olds, provenanceOf(call.olds, inputs));
  return new InitFailed({ id: idOf(live), outputs, inputs, reasons: [message] }, message);
}
