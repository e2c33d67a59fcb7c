import { InitFailed } from "../protocol/failures";
import type { CreateCall } from "../protocol/handlers";
import { hasUnknown, plainMap, type PropertyMap } from "../protocol/values";
import { isNamespaceMissing, isReason, NoMatchError, type KubeApi } from "./api";
import { awaitReady } from "./await/await-ready";
import { NotReady } from "./await/not-ready";
import { toCheckpoint, type Provenance } from "./checkpoint";
import { fieldManagerOf } from "./field-managers";
import { apiVersionOf, gvkOf, idOf, isCrd } from "./kube-object";
import { withoutAt } from "./paths";
import { clusterOf, reachable, type Session } from "./session";
import { alreadyExists, createObject } from "./writes";

/** Id (empty in a preview) and state of a made object. */
export interface Created {
  readonly id: string;
  readonly outputs: PropertyMap;
}

interface Wanted {
  readonly call: CreateCall;
  readonly inputs: PropertyMap;
  readonly provenance: Provenance;
}

/**
 * Makes an object and waits until it is ready. A preview asks the server by a dry run, unless inputs are
 * unknown or the kind is not there yet.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/provider/provider.go (Create)
 * @throws InitFailed when the object was made but did not become ready.
 */
export async function create(session: Session, call: CreateCall): Promise<Created> {
  const inputs = plainMap(call.inputs);
  const fieldManager = fieldManagerOf(inputs, "");
  const provenance = { initialApiVersion: apiVersionOf(inputs), fieldManager };
  const wanted = { call, inputs, provenance };
  return call.preview ? await tryOut(session, wanted) : await make(session, wanted);
}

async function make(session: Session, wanted: Wanted): Promise<Created> {
  const { call, inputs, provenance } = wanted;
  const api = reachable(session);
  const written = await write(session, api, wanted).catch((error: unknown) => {
    throw notCreated(wanted, error);
  });
  if (isCrd(inputs)) api.forgetKinds();
  try {
    const live = await awaitReady({ ...call, api, inputs, written });
    return { id: idOf(live), outputs: toCheckpoint(inputs, live, call.inputs, provenance) };
  } catch (error) {
    const live = error instanceof NotReady ? error.live : written;
    const outputs = toCheckpoint(inputs, live, call.inputs, provenance);
    const message = `resource "${call.urn}" was successfully created, but the Kubernetes API server reported that it failed to fully initialize or become live: ${wordsOf(error)}`;
    throw new InitFailed(
      {
        id: idOf(written),
        outputs,
        inputs: call.inputs,
        reasons: [message, ...(error instanceof NotReady ? error.details : [])],
      },
      message,
    );
  }
}

async function tryOut(session: Session, wanted: Wanted): Promise<Created> {
  const { call, inputs, provenance } = wanted;
  const untried = { id: "", outputs: call.inputs };
  const api = clusterOf(session);
  if (api === undefined || hasUnknown(inputs) || !(await api.hasKind(gvkOf(inputs)))) {
    return untried;
  }
  try {
    const shown = withoutAt(await write(session, api, wanted), "status");
    return { id: "", outputs: toCheckpoint(inputs, shown, call.inputs, provenance) };
  } catch (error) {
    const isTolerated =
      isReason(error, "Forbidden") || isReason(error, "AlreadyExists") || isNamespaceMissing(error);
    if (isTolerated) return untried;
    throw notCreated(wanted, error);
  }
}

async function write(session: Session, api: KubeApi, wanted: Wanted): Promise<PropertyMap> {
  const { call, inputs, provenance } = wanted;
  const options = {
    fieldManager: provenance.fieldManager,
    enablePatchForce: session.options.enablePatchForce,
    upsert: session.options.upsertExistingObjects,
    preview: call.preview,
    signal: call.signal,
  };
  return await createObject(api, inputs, options, (message) => {
    call.log("info", message, { ephemeral: true });
  });
}

function notCreated({ call, inputs }: Wanted, error: unknown): Error {
  if (error instanceof NoMatchError) {
    const kind = `${apiVersionOf(inputs)}/${gvkOf(inputs).kind}`;
    return new Error(
      `creation of resource "${call.urn}" with kind ${kind} failed because the Kubernetes API server reported that the apiVersion for this resource does not exist. Verify that any required CRDs have been created: ${error.message}`,
    );
  }
  const cause = isReason(error, "AlreadyExists") ? alreadyExists(inputs, error) : error;
  return new Error(
    `resource "${call.urn}" was not successfully created by the Kubernetes API server: ${wordsOf(cause)}`,
  );
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
