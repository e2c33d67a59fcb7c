import {
  Server,
  ServerCredentials,
  type handleUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import * as answers from "./answers";
import { engineLogs, type EngineLogs } from "./engine-log";
import { toServiceError } from "./failures";
import type { ProviderHandlers } from "./handlers";
import * as requests from "./requests";
import { fromStruct } from "./values";

const PARENT_CHECK_MS = 1_000;

/**
 * Serves a provider to the engine: prints the port as the first line, then answers until the engine
 * kills the process, goes away, or the process is told to stop. Running calls see their signal abort
 * first.
 *
 * The engine's address is the last argument of the process that is not a flag.
 * Source: pulumi/pulumi@v3.245.0:sdk/go/common/resource/plugin/plugin.go.
 */
export function startProvider(handlers: ProviderHandlers): void {
  const address = process.argv.slice(2).findLast((argument) => !argument.startsWith("-"));
  const logs = engineLogs(address);
  const stop = new AbortController();
  const server = new Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(ResourceProviderService, implement(handlers, logs, stop));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    process.stdout.write(`${port}\n`);
  });
  stopWithEngine(stop);
}

function implement(
  handlers: ProviderHandlers,
  logs: EngineLogs,
  stop: AbortController,
): UntypedServiceImplementation {
  const answer = unary(logs, stop.signal);
  const { checkConfig, diffConfig, invoke, construct } = handlers;
  return {
    getPluginInfo: answer(() => Promise.resolve(pluginInfo(handlers.version))),
    checkConfig: answer(async (request: rpc.CheckRequest, context) => {
      const call = requests.checkCall(request, context);
      return answers.checkAnswer((await checkConfig?.(call)) ?? { inputs: call.news });
    }),
    diffConfig: answer(async (request: rpc.DiffRequest, context) => {
      const call = requests.diffCall(request, context);
      return answers.diffAnswer((await diffConfig?.(call)) ?? { changes: false });
    }),
    configure: answer(async (request: rpc.ConfigureRequest) => {
      await handlers.configure?.(fromStruct(request.getArgs()));
      return answers.configureAnswer(handlers.acceptSecrets ?? true);
    }),
    check: answer(async (request: rpc.CheckRequest, context) =>
      answers.checkAnswer(await handlers.check(requests.checkCall(request, context))),
    ),
    diff: answer(async (request: rpc.DiffRequest, context) =>
      answers.diffAnswer(await handlers.diff(requests.diffCall(request, context))),
    ),
    create: answer(async (request: rpc.CreateRequest, context) =>
      answers.createAnswer(await handlers.create(requests.createCall(request, context))),
    ),
    update: answer(async (request: rpc.UpdateRequest, context) =>
      answers.updateAnswer(await handlers.update(requests.updateCall(request, context))),
    ),
    read: answer(async (request: rpc.ReadRequest, context) =>
      answers.readAnswer(await handlers.read(requests.readCall(request, context))),
    ),
    delete: answer(async (request: rpc.DeleteRequest, context) => {
      await handlers.delete(requests.deleteCall(request, context));
      return new Empty();
    }),
    cancel: answer(() => {
      stop.abort();
      return Promise.resolve(new Empty());
    }),
    ...(invoke && {
      invoke: answer(async (request: rpc.InvokeRequest, context) =>
        answers.invokeAnswer(await invoke(requests.invokeCall(request, context))),
      ),
    }),
    ...(construct && {
      construct: answer((request: rpc.ConstructRequest) => construct(request.getType())),
    }),
  };
}

// A call ends for the outside when the engine drops it, too: each gets a signal of its own.
function unary(logs: EngineLogs, stop: AbortSignal) {
  return <Q, A>(work: (request: Q, context: requests.CallContext) => Promise<A>) => {
    const handle: handleUnaryCall<Q, A> = (call, reply) => {
      const dropped = new AbortController();
      call.on("cancelled", () => {
        dropped.abort();
      });
      const signal = AbortSignal.any([stop, dropped.signal]);
      work(call.request, { logs, signal }).then(
        async (done) => {
          await logs.flush();
          reply(null, done);
        },
        async (error: unknown) => {
          await logs.flush();
          reply(toServiceError(error));
        },
      );
    };
    return handle;
  };
}

function pluginInfo(version: string): PluginInfo {
  const info = new PluginInfo();
  info.setVersion(version);
  return info;
}

// The engine ends plugins by SIGKILL when it is done; one that is itself killed cannot, so the plugin
// watches its parent. The tick in between lets calls that were aborted end what they started.
function stopWithEngine(stop: AbortController): void {
  const leave = () => {
    stop.abort();
    setTimeout(() => process.exit(0), 200);
  };
  process.on("SIGINT", leave);
  process.on("SIGTERM", leave);
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) leave();
  }, PARENT_CHECK_MS).unref();
}
