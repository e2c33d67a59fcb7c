import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";

import { toStruct, type PropertyMap } from "./values";

/**
 * Says that a resource exists but did not come up: the engine records it with its reasons and
 * repairs it by the next update.
 */
export class InitFailed extends Error {
  constructor(
    readonly partial: {
      readonly id: string;
      readonly outputs: PropertyMap;
      readonly inputs: PropertyMap;
      readonly reasons: readonly string[];
    },
    message = partial.reasons.join("\n"),
  ) {
    super(message);
    this.name = "InitFailed";
  }
}

/** The gRPC form of a failure; an {@link InitFailed} carries its partial state in the details. */
export function toServiceError(error: unknown): Partial<ServiceError> {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof InitFailed)) return { code: status.UNKNOWN, details: message };
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(details(error).serializeBinary()));
  return { code: status.UNKNOWN, details: message, metadata };
}

function details({ partial, message }: InitFailed): Status {
  const failed = new ErrorResourceInitFailed();
  failed.setId(partial.id);
  failed.setProperties(toStruct(partial.outputs));
  failed.setInputs(toStruct(partial.inputs));
  failed.setReasonsList([...partial.reasons]);
  const any = new Any();
  any.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const answer = new Status();
  answer.setCode(status.UNKNOWN);
  answer.setMessage(message);
  answer.addDetails(any);
  return answer;
}
