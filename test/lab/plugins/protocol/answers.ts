import * as rpc from "@pulumi/pulumi/proto/provider_pb";

import type { ChangeKind, CheckAnswer, DiffAnswer, ReadAnswer } from "./handlers";
import { toStruct, type PropertyMap } from "./values";

const KIND: Readonly<Record<ChangeKind, rpc.PropertyDiff.Kind>> = {
  add: rpc.PropertyDiff.Kind.ADD,
  "add-replace": rpc.PropertyDiff.Kind.ADD_REPLACE,
  delete: rpc.PropertyDiff.Kind.DELETE,
  "delete-replace": rpc.PropertyDiff.Kind.DELETE_REPLACE,
  update: rpc.PropertyDiff.Kind.UPDATE,
  "update-replace": rpc.PropertyDiff.Kind.UPDATE_REPLACE,
};

/** Says what the plugin understands: secrets, previews, old inputs; neither outputs nor resources as values. */
export function configureAnswer(acceptSecrets: boolean): rpc.ConfigureResponse {
  const response = new rpc.ConfigureResponse();
  response.setAcceptsecrets(acceptSecrets);
  response.setSupportspreview(true);
  return response;
}

/** Writes checked inputs. */
export function checkAnswer(answer: CheckAnswer): rpc.CheckResponse {
  const response = new rpc.CheckResponse();
  response.setInputs(toStruct(answer.inputs));
  for (const { property, reason } of answer.failures ?? []) {
    const failure = new rpc.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

/** Writes a comparison. */
export function diffAnswer(answer: DiffAnswer): rpc.DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = rpc.DiffResponse.DiffChanges;
  const response = new rpc.DiffResponse();
  response.setChanges(answer.changes ? DIFF_SOME : DIFF_NONE);
  response.setReplacesList([...(answer.replaces ?? [])]);
  response.setStablesList([...(answer.stables ?? [])]);
  response.setDiffsList([...(answer.diffs ?? [])]);
  response.setDeletebeforereplace(answer.deleteBeforeReplace ?? false);
  response.setHasdetaileddiff(answer.detailedDiff !== undefined);
  for (const [path, { kind, inputDiff }] of Object.entries(answer.detailedDiff ?? {})) {
    const diff = new rpc.PropertyDiff();
    diff.setKind(KIND[kind]);
    diff.setInputdiff(inputDiff ?? false);
    response.getDetaileddiffMap().set(path, diff);
  }
  return response;
}

/** Writes a created resource. */
export function createAnswer(answer: {
  readonly id: string;
  readonly outputs: PropertyMap;
}): rpc.CreateResponse {
  const response = new rpc.CreateResponse();
  response.setId(answer.id);
  response.setProperties(toStruct(answer.outputs));
  return response;
}

/** Writes an updated resource. */
export function updateAnswer(outputs: PropertyMap): rpc.UpdateResponse {
  const response = new rpc.UpdateResponse();
  response.setProperties(toStruct(outputs));
  return response;
}

/** Writes live state. */
export function readAnswer(answer: ReadAnswer): rpc.ReadResponse {
  const response = new rpc.ReadResponse();
  response.setId(answer.id);
  response.setProperties(toStruct(answer.outputs));
  response.setInputs(toStruct(answer.inputs));
  return response;
}

/** Writes the result of a function. */
export function invokeAnswer(outputs: PropertyMap): rpc.InvokeResponse {
  const response = new rpc.InvokeResponse();
  response.setReturn(toStruct(outputs));
  return response;
}
