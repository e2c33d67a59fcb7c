import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Severities that the engine shows. */
export type Severity = "debug" | "info" | "warning" | "error";

/** Sends one message under a resource; `ephemeral` ones (status lines) leave no trace in the end. */
export interface EngineLog {
  (severity: Severity, message: string, options?: { readonly ephemeral?: boolean }): void;
}

/** Makes a log per resource and says when everything sent has arrived. */
export interface EngineLogs {
  forUrn(urn: string): EngineLog;
  /** Resolves once every message sent so far is with the engine (or the engine is gone). */
  flush(): Promise<void>;
}

const SEVERITY = {
  debug: LogSeverity.DEBUG,
  info: LogSeverity.INFO,
  warning: LogSeverity.WARNING,
  error: LogSeverity.ERROR,
} as const;

/** Logs to the engine at `address`; without one, messages are dropped. Order of messages is kept. */
export function engineLogs(address: string | undefined): EngineLogs {
  const client =
    address === undefined ? undefined : new EngineClient(address, credentials.createInsecure());
  let sent = Promise.resolve();
  return {
    forUrn: (urn) => (severity, message, options) => {
      const request = new LogRequest();
      request.setSeverity(SEVERITY[severity]);
      request.setMessage(message);
      request.setUrn(urn);
      request.setEphemeral(options?.ephemeral ?? false);
      sent = sent.then(() => send(client, request));
    },
    flush: () => sent,
  };
}

// A message that cannot be delivered must not fail the resource: the engine is going away.
function send(client: EngineClient | undefined, request: LogRequest): Promise<void> {
  if (client === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    client.log(request, () => {
      resolve();
    });
  });
}
