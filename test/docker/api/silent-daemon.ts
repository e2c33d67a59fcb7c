import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A daemon at a socket of its own: what `answer` does not answer it is silent about. Connections that are open are counted. */
export async function daemonThat(answer: Answer, upgrade?: (socket: Duplex) => void) {
  const folder = await mkdtemp(join(tmpdir(), "daemon-"));
  const socket = join(folder, "d.sock");
  const open = new Set<Socket>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  server.on("connection", (one) => {
    open.add(one);
    one.on("close", () => open.delete(one)).on("error", () => undefined);
  });
  server.on("upgrade", (_, stream: Duplex) => {
    stream.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
    // Whoever has gone is told as gone: a server keeps its half open.
    stream.resume().on("end", () => stream.end());
    upgrade?.(stream);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(async () => {
    for (const one of open) one.destroy();
    server.close();
    await rm(folder, { recursive: true });
  });
  return { host: `unix://${socket}`, open, asked };
}

/** An answer of the API. */
export const json = (response: ServerResponse, value: unknown, status = 200): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
};
