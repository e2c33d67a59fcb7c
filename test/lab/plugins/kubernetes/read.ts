import { InitFailed } from "../protocol/failures";
import type { ReadAnswer, ReadCall } from "../protocol/handlers";
import { plainMap, type PropertyMap } from "../protocol/values";
import { ApiError, NoMatchError } from "./api";
import { checkReady } from "./await/await-ready";
import { NotReady } from "./await/not-ready";
import { fromCheckpoint, provenanceOf, toCheckpoint } from "./checkpoint";
import { copySecrets } from "./copy-secrets";
import { fieldManagerOf } from "./field-managers";
import { apiVersionOf, apiVersionOfGvk, gvkOfType, kindOf, parseId } from "./kube-object";
import { normalize, pruneToShape } from "./normalize";
import { withAt, withoutAt } from "./paths";
import { clusterOf, type Session } from "./session";

const gone: ReadAnswer = { id: "", outputs: {}, inputs: {} };

/** Parts of a live object that a program never writes; what is left of an imported one are its inputs. */
const outputOnly: readonly (readonly string[])[] = [
  ["status"],
  ["metadata", "creationTimestamp"],
  ["metadata", "generation"],
  ["metadata", "managedFields"],
  ["metadata", "resourceVersion"],
  ["metadata", "uid"],
  ["metadata", "annotations", "deployment.kubernetes.io/revision"],
  ["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"],
];

/**
 * Reads the live object of a resource: with its last inputs for a refresh, without for an import. The new
 * inputs are the live object in the shape of the old ones, so that drift shows.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/provider/provider.go (Read)
 * @throws InitFailed when the object is there but not ready.
 */
export async function read(session: Session, call: ReadCall): Promise<ReadAnswer> {
  const api = clusterOf(session);
  if (api === undefined) return withoutCluster(session, call);
  const { namespace, name } = parseId(call.id);
  if (name === "") {
    throw new Error(
      `failed to read resource because of a failure to parse resource name from request ID: ${call.id}`,
    );
  }
  const old = normalize(plainMap(call.oldInputs));
  const isImport = kindOf(old) === "" && kindOf(fromCheckpoint(call.olds).live) === "";
  const address = isImport ? addressOf(call.type, namespace, name) : identified(call, old);
  try {
    const live = await api.get(address, name);
    const inputs = isImport ? importedInputs(live) : pruneToShape(live, old);
    const answer = answerWith(call, live, inputs);
    if (!isImport) await checkReady(api, live, old).catch((e: unknown) => fail(answer, e));
    return answer;
  } catch (error) {
    const isGone =
      error instanceof NoMatchError || (error instanceof ApiError && error.code === 404);
    if (isGone) return gone;
    throw error;
  }
}

function withoutCluster(session: Session, call: ReadCall): ReadAnswer {
  const reason = "unreachable" in session.cluster ? session.cluster.unreachable : "";
  call.log("warning", `configured Kubernetes cluster is unreachable: ${reason}`);
  if (session.options.deleteUnreachable) return gone;
  if (session.options.skipUpdateUnreachable) {
    return { id: call.id, outputs: call.olds, inputs: call.oldInputs };
  }
  throw new Error(
    'failed to read resource state due to unreachable cluster. If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"',
  );
}

function addressOf(type: string, namespace: string, name: string): PropertyMap {
  const gvk = gvkOfType(type);
  const metadata: PropertyMap = namespace === "" ? { name } : { name, namespace };
  return { apiVersion: apiVersionOfGvk(gvk), kind: gvk.kind, metadata };
}

// A state without inputs still says what it is about: its live object does.
function identified(call: ReadCall, old: PropertyMap): PropertyMap {
  const live = kindOf(old) === "" ? fromCheckpoint(call.olds).live : old;
  const { namespace } = parseId(call.id);
  return namespace === "" ? live : withAt(live, ["metadata", "namespace"], namespace);
}

function importedInputs(live: PropertyMap): PropertyMap {
  const left = outputOnly.reduce((object, path) => withoutAt(object, ...path), live);
  return { apiVersion: apiVersionOf(live), kind: kindOf(live), ...left };
}

function answerWith(call: ReadCall, live: PropertyMap, inputs: PropertyMap): ReadAnswer {
  const stated = provenanceOf(call.olds, inputs);
  const provenance = { ...stated, fieldManager: fieldManagerOf(inputs, stated.fieldManager) };
  return {
    id: call.id,
    outputs: toCheckpoint(inputs, live, call.oldInputs, provenance),
    inputs: copySecrets(inputs, call.oldInputs),
  };
}

function fail({ id, outputs, inputs }: ReadAnswer, error: unknown): never {
  if (!(error instanceof NotReady)) throw error;
  const reasons = [error.message, ...error.details];
  throw new InitFailed({ id, outputs, inputs, reasons }, error.message);
}
