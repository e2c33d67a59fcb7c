import type { IncomingMessage, OutgoingHttpHeaders, RequestOptions } from "node:http";
import { Agent as PlainAgent, request as plainRequest } from "node:http";
import { Agent, request } from "node:https";
import { patience, type Patience } from "../../upgrade/patience";
import { findEndpoint, type ClusterAccess } from "./access";

/** What the API server, or something behind its proxy, answered. */
export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** One call to the API server. */
export interface Call {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Media type of the body. @defaultValue `application/json` */
  readonly type?: string;
  /** @defaultValue `application/json` */
  readonly accept?: string;
  /** Further headers, for what is behind the proxy. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Longest wait for an answer, in milliseconds, without that for a free connection. @defaultValue 10000 */
  readonly timeout?: number;
}

/** A connection to one cluster. Every error is one clean sentence without a secret. */
export interface ClusterClient {
  /** Answers whatever the status is; only an unreachable server is an error. */
  readonly ask: (path: string, call?: Call) => Promise<Reply>;
  /** @throws ClusterError where the answer is not a success. */
  readonly get: <T>(path: string, call?: Call) => Promise<T>;
  /** Undefined if there is no such object. @throws ClusterError where the answer is no success for another reason. */
  readonly find: <T>(path: string, call?: Call) => Promise<T | undefined>;
  /** Closes the connections. */
  readonly close: () => void;
}

/** The API server refused, or could not be reached (status 0). */
export class ClusterError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
    this.name = "ClusterError";
  }
}

/** Connects to a cluster: nothing is sent before the first call, and connections are kept for the next one. */
export async function openCluster(access: ClusterAccess): Promise<ClusterClient> {
  const endpoint = await findEndpoint(access);
  // A server behind a gateway has a path of its own: https://rancher/k8s/clusters/c-1.
  const base = endpoint.server.replace(/\/+$/, "");
  // Few, since opening one costs more than waiting for one: 16 took four times as long as 4 for one look at a cluster.
  const kept = { keepAlive: true, maxSockets: 4 };
  const agent = base.startsWith("https:") ? new Agent(kept) : new PlainAgent(kept);
  const queued = new Set<Patience>();
  const ask = async (path: string, call: Call = {}) => {
    const options = await endpoint.options();
    return exchange(new URL(base + path), { agent, ...options }, call, queued);
  };
  const parsed = async (path: string, call: Call = {}) => {
    const reply = await ask(path, call);
    if (reply.status >= 400) throw refusal(reply, path);
    return JSON.parse(reply.body) as unknown;
  };
  return {
    ask,
    get: async <T>(path: string, call?: Call) => (await parsed(path, call)) as T,
    find: async <T>(path: string, call?: Call) => {
      try {
        return (await parsed(path, call)) as T;
      } catch (error) {
        if (error instanceof ClusterError && error.status === 404) return undefined;
        throw error;
      }
    },
    close: () => {
      agent.destroy();
    },
  };
}

/** @param queued - calls that wait for a connection: as long as the server answers others, it is not silent */
function exchange(
  url: URL,
  options: RequestOptions,
  call: Call,
  queued: Set<Patience>,
): Promise<Reply> {
  const secure = url.protocol === "https:";
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  const headers = {
    ...(options.headers as OutgoingHttpHeaders | undefined),
    ...call.headers,
    accept: call.accept ?? "application/json",
    // Without a length Node sends the body of a DELETE unframed.
    ...(body === undefined
      ? {}
      : {
          "content-type": call.type ?? "application/json",
          "content-length": Buffer.byteLength(body),
        }),
  };
  const timeout = call.timeout ?? 10_000;
  const sent = { ...options, method: call.method ?? "GET", headers };
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      reject(new ClusterError(`${explain(error)} by ${url.host}`, 0));
    };
    const receive = (message: IncomingMessage) => {
      for (const waiting of queued) waiting.renew();
      collect(message).then(resolve, fail);
    };
    const going = (secure ? request : plainRequest)(url, sent, receive);
    // One limit for the whole exchange: a server that sends a byte a minute is as good as gone.
    const limit = patience(timeout, () => {
      going.destroy(new Error(`no answer within ${timeout / 1000} s`));
    });
    queued.add(limit);
    const asked = () => {
      if (queued.delete(limit)) limit.renew();
    };
    going
      .on("socket", asked)
      .on("error", fail)
      .on("close", () => {
        queued.delete(limit);
        limit.end();
      });
    going.end(body);
  });
}

async function collect(message: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return { status: message.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") };
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  ENOTFOUND: "name not found, asked",
  ETIMEDOUT: "connection timed out",
  EHOSTUNREACH: "host unreachable",
};

function explain(error: Error): string {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return words[code] ?? error.message;
}

function refusal(reply: Reply, path: string): ClusterError {
  const where = path.split("?")[0] ?? path;
  return new ClusterError(
    `${statusMessage(reply.body)} (${reply.status} at ${where})`,
    reply.status,
  );
}

function statusMessage(body: string): string {
  try {
    const status = JSON.parse(body) as { readonly message?: unknown };
    if (typeof status.message === "string" && status.message !== "") return status.message;
  } catch {
    // Not from the API server itself: a balancer or a proxy in between answers in HTML.
  }
  return "the API server refused";
}
