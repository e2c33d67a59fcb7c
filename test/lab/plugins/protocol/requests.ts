import type * as rpc from "@pulumi/pulumi/proto/provider_pb";

import type { EngineLogs } from "./engine-log";
import type {
  CheckCall,
  CreateCall,
  DeleteCall,
  DiffCall,
  InvokeCall,
  ReadCall,
  ResourceCall,
  UpdateCall,
} from "./handlers";
import { fromStruct } from "./values";

/** What the server adds to each request. */
export interface CallContext {
  readonly logs: EngineLogs;
  readonly signal: AbortSignal;
}

interface AboutResource {
  getUrn(): string;
  getName(): string;
  getType(): string;
}

/** Reads a check, of a resource or of the provider's own configuration. */
export function checkCall(request: rpc.CheckRequest, context: CallContext): CheckCall {
  return {
    ...about(request, context),
    olds: fromStruct(request.getOlds()),
    news: fromStruct(request.getNews()),
    randomSeed: request.getRandomseed_asU8(),
  };
}

/** What a resource is and is to become. */
const change = (request: rpc.DiffRequest | rpc.UpdateRequest) => ({
  id: request.getId(),
  olds: fromStruct(request.getOlds()),
  oldInputs: fromStruct(request.getOldInputs()),
  news: fromStruct(request.getNews()),
  ignoreChanges: request.getIgnorechangesList(),
});

/** Reads a diff, of a resource or of the provider's own configuration. */
export function diffCall(request: rpc.DiffRequest, context: CallContext): DiffCall {
  return {
    ...about(request, context),
    ...change(request),
  };
}

/** Reads a create. */
export function createCall(request: rpc.CreateRequest, context: CallContext): CreateCall {
  return {
    ...about(request, context),
    inputs: fromStruct(request.getProperties()),
    preview: request.getPreview(),
    timeoutSeconds: request.getTimeout(),
  };
}

/** Reads an update. */
export function updateCall(request: rpc.UpdateRequest, context: CallContext): UpdateCall {
  return {
    ...about(request, context),
    ...change(request),
    preview: request.getPreview(),
    timeoutSeconds: request.getTimeout(),
  };
}

/** Reads a refresh or an import. */
export function readCall(request: rpc.ReadRequest, context: CallContext): ReadCall {
  return {
    ...about(request, context),
    id: request.getId(),
    olds: fromStruct(request.getProperties()),
    oldInputs: fromStruct(request.getInputs()),
  };
}

/** Reads a delete. */
export function deleteCall(request: rpc.DeleteRequest, context: CallContext): DeleteCall {
  return {
    ...about(request, context),
    id: request.getId(),
    olds: fromStruct(request.getProperties()),
    oldInputs: fromStruct(request.getOldInputs()),
    timeoutSeconds: request.getTimeout(),
  };
}

/** Reads a function call. */
export function invokeCall(request: rpc.InvokeRequest, context: CallContext): InvokeCall {
  return {
    token: request.getTok(),
    args: fromStruct(request.getArgs()),
    log: context.logs.forUrn(""),
    signal: context.signal,
  };
}

// Engines that do not send name and type send them inside the URN all the same.
function about(request: AboutResource, { logs, signal }: CallContext): ResourceCall {
  const urn = request.getUrn();
  const [, , types = "", ...names] = urn.split("::");
  return {
    urn,
    type: request.getType() || (types.split("$").at(-1) ?? ""),
    name: request.getName() || names.join("::"),
    log: logs.forUrn(urn),
    signal,
  };
}
