import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What the stand-in answers, at once or later: JSON for 200, or a status with a body of its own; undefined is 404 as the API server says it. */
export type Answer = (request: IncomingMessage, path: string) => unknown;

/** An answer that is no success. */
export class Refusal {
  constructor(
    readonly status: number,
    readonly body: string,
  ) {}
}

/** A server that answers like an API server, for one piece of work, which gets a kubeconfig for it. */
export async function withApi<T>(
  answer: Answer,
  work: (kubeconfig: string, stop: () => void) => Promise<T>,
): Promise<T> {
  const server = createServer((request, response) => {
    const send = (found: unknown) => {
      const missing = new Refusal(404, JSON.stringify({ kind: "Status", message: "not found" }));
      const reply = found ?? missing;
      if (reply instanceof Refusal) response.writeHead(reply.status).end(reply.body);
      else response.end(JSON.stringify(reply));
    };
    const found = answer(request, (request.url ?? "").split("?")[0] ?? "");
    if (found instanceof Promise) void found.then(send);
    else send(found);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  try {
    return await work(kubeconfigFor(`http://127.0.0.1:${port}/k8s`), stop);
  } finally {
    stop();
  }
}

/** A kubeconfig with two contexts, `near` (current) and `far`. */
export const kubeconfigFor = (server: string): string => `
apiVersion: v1
kind: Config
current-context: near
contexts:
  - { name: near, context: { cluster: one, user: me } }
  - { name: far, context: { cluster: two, user: me } }
clusters:
  - { name: one, cluster: { server: "${server}" } }
  - { name: two, cluster: { server: "http://far.example" } }
users:
  - { name: me, user: { token: secret-token } }
`;
