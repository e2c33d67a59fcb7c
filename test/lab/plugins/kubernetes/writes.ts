import { setTimeout as sleep } from "node:timers/promises";
import type { PropertyMap } from "../protocol/values";
import { isNamespaceMissing, isReason, NoMatchError, type KubeApi } from "./api";
import {
  createManager,
  hasNoManagers,
  hasOwnUpdates,
  takeOver,
  withIgnoredFields,
} from "./field-managers";
import { annotations, gvkOf, idOf, isAnnotated, isCrd, nameOf, namespaceOf } from "./kube-object";
import { textAt, withAt } from "./paths";

/** How an object is written. */
export interface WriteOptions {
  readonly fieldManager: string;
  /** True to take fields from other managers without asking. */
  readonly enablePatchForce: boolean;
  /** True for a dry run. */
  readonly preview: boolean;
  readonly signal: AbortSignal;
}

const createAttempts = 6;
const firstPauseMs = 1_000;

/**
 * Makes an object by a plain create, or by server-side apply when an existing one may be taken over.
 * While its namespace or its kind is missing, it is tried six times over half a minute; a dry run is not.
 * @throws ApiError, or NoMatchError when the server does not have the kind.
 */
export async function createObject(
  api: KubeApi,
  inputs: PropertyMap,
  options: WriteOptions & { readonly upsert: boolean },
  status: (message: string) => void,
): Promise<PropertyMap> {
  const write = options.upsert ? applyNew : postNew;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await write(api, inputs, options);
    } catch (error) {
      const isEarly = isReason(error, "NotFound") || error instanceof NoMatchError;
      const isHopeless = options.preview && isNamespaceMissing(error);
      if (!isEarly || isHopeless || attempt + 1 >= createAttempts) throw error;
      status(`Retry #${attempt}; creation failed: ${error.message}`);
      await sleep(firstPauseMs * 2 ** attempt, undefined, { signal: options.signal });
    }
  }
}

async function postNew(
  api: KubeApi,
  inputs: PropertyMap,
  options: WriteOptions,
): Promise<PropertyMap> {
  return await api.call({
    method: "POST",
    path: await api.collectionPath(gvkOf(inputs), namespaceOf(inputs)),
    query: { fieldManager: createManager, ...dryRun(options) },
    body: inputs,
    signal: options.signal,
  });
}

async function applyNew(
  api: KubeApi,
  inputs: PropertyMap,
  options: WriteOptions,
): Promise<PropertyMap> {
  const force = options.preview || isForced(inputs, options);
  try {
    return await apply(api, inputs, options, force, "Warn");
  } catch (error) {
    // A preview of a replacement meets the old object; another name shows what the new one will be.
    const isOld = isReason(error, "Invalid") && error.message.includes("field is immutable");
    if (!options.preview || !isOld) throw error;
    const renamed = withAt(inputs, ["metadata", "name"], `${nameOf(inputs)}-preview`);
    return await apply(api, renamed, options, force, "Warn");
  }
}

/** The object after a change, and what was sent for it: the inputs without what is ignored. */
export interface Update {
  readonly sent: PropertyMap;
  readonly written: PropertyMap;
}

/**
 * Changes a live object to the inputs by server-side apply; a CustomResourceDefinition is replaced whole.
 * @throws ApiError; a conflict names the managers that own the fields.
 */
export async function updateObject(
  api: KubeApi,
  live: PropertyMap,
  inputs: PropertyMap,
  options: WriteOptions & { readonly ignoreChanges: readonly string[] },
): Promise<Update> {
  if (isCrd(inputs))
    return { sent: inputs, written: await replaceWhole(api, live, inputs, options) };
  const current = options.preview ? live : await takeOverFields(api, live, options);
  const sent = withIgnoredFields(inputs, current, options.ignoreChanges, options.fieldManager);
  const force =
    isForced(inputs, options) ||
    hasNoManagers(current) ||
    (options.preview && hasOwnUpdates(current));
  const named = withAt(sent, ["metadata", "name"], nameOf(live));
  return { sent, written: await apply(api, named, options, force) };
}

async function replaceWhole(
  api: KubeApi,
  live: PropertyMap,
  inputs: PropertyMap,
  options: WriteOptions,
): Promise<PropertyMap> {
  const version = textAt(live, "metadata", "resourceVersion");
  return await api.call({
    method: "PUT",
    path: await api.objectPath(inputs),
    query: { fieldManager: options.fieldManager, ...dryRun(options) },
    body: withAt(inputs, ["metadata", "resourceVersion"], version),
    signal: options.signal,
  });
}

async function takeOverFields(
  api: KubeApi,
  live: PropertyMap,
  options: WriteOptions,
): Promise<PropertyMap> {
  const fields = takeOver(live, options.fieldManager);
  if (fields === undefined) return live;
  const version = textAt(live, "metadata", "resourceVersion");
  return await api.call({
    method: "PATCH",
    path: await api.objectPath(live),
    contentType: "application/json-patch+json",
    body: [
      { op: "replace", path: "/metadata/managedFields", value: fields },
      { op: "replace", path: "/metadata/resourceVersion", value: version },
    ],
    signal: options.signal,
  });
}

async function apply(
  api: KubeApi,
  inputs: PropertyMap,
  options: WriteOptions,
  force: boolean,
  fieldValidation?: string,
): Promise<PropertyMap> {
  try {
    return await api.call({
      method: "PATCH",
      path: await api.objectPath(inputs),
      contentType: "application/apply-patch+yaml",
      query: {
        fieldManager: options.fieldManager,
        force: String(force),
        fieldValidation,
        ...dryRun(options),
      },
      body: inputs,
      signal: options.signal,
    });
  } catch (error) {
    throw isReason(error, "Conflict") ? conflict(error, options.fieldManager) : error;
  }
}

function conflict(error: Error, manager: string): Error {
  return new Error(
    [
      "server-side apply field conflict detected, see https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources for troubleshooting help",
      `The resource managed by field manager "${manager}" had an apply conflict: ${error.message}`,
    ].join("\n"),
    { cause: error },
  );
}

function isForced(inputs: PropertyMap, options: WriteOptions): boolean {
  return options.enablePatchForce || isAnnotated(inputs, annotations.patchForce);
}

function dryRun(options: WriteOptions): { readonly dryRun?: string } {
  return options.preview ? { dryRun: "All" } : {};
}

/** The words with which an object that exists already is refused. */
export function alreadyExists(inputs: PropertyMap, error: Error): Error {
  return new Error(
    `${error.message}\n\n` +
      "The resource already exists in the cluster. This can happen when:\n\n" +
      "  - Renaming a Pulumi resource: use an alias to preserve the identity.\n" +
      "  - Managing an existing resource: use a Patch resource.\n" +
      `  - Adopting a resource into Pulumi: use \`pulumi import\` (id ${idOf(inputs)}).\n` +
      "  - Intentional upsert: set upsertExistingObjects on the provider.",
    { cause: error },
  );
}
