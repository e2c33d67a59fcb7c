import { InitFailed } from "../protocol/failures";
import type { UpdateCall } from "../protocol/handlers";
import { hasUnknown, plainMap, type PropertyMap } from "../protocol/values";
import { isReason, NoMatchError, type KubeApi } from "./api";
import { awaitReady } from "./await/await-ready";
import { NotReady } from "./await/not-ready";
import { fromCheckpoint, provenanceOf, toCheckpoint, type Provenance } from "./checkpoint";
import { fieldManagerOf } from "./field-managers";
import { gvkOf, idOf, isCrd, nameOf } from "./kube-object";
import { normalize } from "./normalize";
import { clusterOf, reachable, type Session } from "./session";
import { updateObject } from "./writes";

interface Wanted {
  readonly call: UpdateCall;
  readonly inputs: PropertyMap;
  readonly old: PropertyMap;
  readonly provenance: Provenance;
}

/**
 * Changes an object to new inputs by server-side apply, waits until it is ready and yields its state. A
 * preview asks the server by a dry run, and fails where the update would: on a conflict, too.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/provider/provider.go (Update)
 * @throws InitFailed when the object is there but could not be changed or did not become ready.
 */
export async function update(session: Session, call: UpdateCall): Promise<PropertyMap> {
  const inputs = normalize(plainMap(call.news));
  const old = fromCheckpoint(call.olds);
  const stated = provenanceOf(call.olds, old.inputs);
  const provenance = { ...stated, fieldManager: fieldManagerOf(inputs, stated.fieldManager) };
  const api = call.preview ? clusterOf(session) : reachable(session);
  if (api === undefined) return call.news;
  if (call.preview && (hasUnknown(call.news) || !(await api.hasKind(gvkOf(inputs))))) {
    return call.news;
  }
  const wanted = { call, inputs, old: old.live, provenance };
  try {
    const { sent, live } = await change(session, api, wanted);
    return toCheckpoint(sent, live, call.news, provenance);
  } catch (error) {
    if (call.preview && isReason(error, "Forbidden")) return call.news;
    throw await failureOf(api, wanted, error);
  }
}

// What is ignored stands in the state as it was sent: left out, or with its live value.
async function change(
  session: Session,
  api: KubeApi,
  wanted: Wanted,
): Promise<{ readonly sent: PropertyMap; readonly live: PropertyMap }> {
  const { call, inputs, old, provenance } = wanted;
  const before = await api.get(inputs, nameOf(old));
  const { sent, written } = await updateObject(api, before, inputs, {
    fieldManager: provenance.fieldManager,
    enablePatchForce: session.options.enablePatchForce,
    preview: call.preview,
    signal: call.signal,
    ignoreChanges: call.ignoreChanges,
  });
  if (call.preview) return { sent, live: written };
  if (isCrd(inputs)) api.forgetKinds();
  return { sent, live: await awaitReady({ ...call, api, inputs: sent, written, before }) };
}

// Whatever went wrong, the engine gets the live object, so that the next run starts from the truth.
async function failureOf(api: KubeApi, wanted: Wanted, error: unknown): Promise<Error> {
  const { call, inputs, old, provenance } = wanted;
  const words = error instanceof Error ? error.message : String(error);
  if (error instanceof NoMatchError) {
    return new Error(
      `update of resource "${call.urn}" failed because the Kubernetes API server reported that the apiVersion for this resource does not exist. Verify that any required CRDs have been created: ${words}`,
    );
  }
  const live = await api.get(inputs, nameOf(old)).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new Error(
      `update of resource "${call.urn}" failed: ${words}\nunable to get cluster state: ${why}`,
    );
  });
  if (live instanceof Error) return live;
  const id = idOf(live);
  const message = `the Kubernetes API server reported that "${id}" failed to fully initialize or become live: ${words}`;
  const details = error instanceof NotReady ? error.details : [];
  const outputs = toCheckpoint(inputs, live, call.news, provenance);
  return new InitFailed(
    { id, outputs, inputs: call.news, reasons: [message, ...details] },
    message,
  );
}
