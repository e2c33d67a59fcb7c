import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";

/** How often a stream says something. */
const BEAT_MS = 200;

/** A stand-in of a gateway: answers requests, streams events, echoes over WebSockets. */
export interface Upstream {
  readonly name: string;
  readonly address: string;
  /** Requests, streams and WebSockets that are open. */
  readonly open: () => number;
  /** Stops as a gateway does: takes nothing new, waits at most 15 s for what is open. Gives what was still open then. */
  readonly stop: () => Promise<number>;
}

/** Starts one on an address of this machine. */
export async function startUpstream(name: string, host: string, port: number): Promise<Upstream> {
  const sockets = new Set<Duplex>();
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    response.once("close", () => (requests -= 1));
    void answer(name, request, response);
  });
  server.on("upgrade", (request, socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptOf(request)}\r\n\r\n`,
    );
    socket.on("data", (chunk) => socket.write(chunk));
    socket.on("end", () => socket.end());
  });
  await new Promise<void>((listening) => server.listen(port, host, listening));
  const open = (): number => requests + sockets.size;
  return { name, address: `${host}:${port}`, open, stop: () => stop(server, sockets, open) };
}

async function answer(
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  request.resume();
  if (url.pathname === "/events") return stream(name, Number(url.searchParams.get("ms")), response);
  await pause(Number(url.searchParams.get("ms") ?? 0));
  response.setHeader("content-type", "application/json").end(JSON.stringify({ name }));
}

/** Numbered events, and one last one that says so. */
async function stream(name: string, ms: number, response: ServerResponse): Promise<void> {
  response.setHeader("content-type", "text/event-stream").flushHeaders();
  for (let beat = 0; beat < ms / BEAT_MS && !response.destroyed; beat += 1) {
    response.write(`data: ${name} ${beat}\n\n`);
    await pause(BEAT_MS);
  }
  response.end("data: last\n\n");
}

const acceptOf = ({ headers }: IncomingMessage): string =>
  createHash("sha1")
    .update(`${headers["sec-websocket-key"] ?? ""}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest("base64");

async function stop(
  server: Server,
  sockets: ReadonlySet<Duplex>,
  open: () => number,
): Promise<number> {
  server.close();
  server.closeIdleConnections();
  const end = Date.now() + 15_000;
  while (open() > 0 && Date.now() < end) await pause(50);
  const left = open();
  server.closeAllConnections();
  for (const socket of sockets) socket.destroy();
  return left;
}
