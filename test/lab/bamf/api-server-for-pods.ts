import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import type { Lab } from "../lab";

/** A way for pods to the cluster's API server. */
export interface ApiServerForPods {
  readonly host: string;
  readonly port: number;
  readonly close: () => void;
}

/**
 * Lets pods reach the API server, which listens for this machine alone: agents of BAMF's chart keep what they got when they joined in a Secret. It ends with this
 * process; who has started needs it no more.
 */
export async function openApiServer({
  kubeconfig,
  context,
  postgres,
}: Pick<Lab, "kubeconfig" | "context" | "postgres">): Promise<ApiServerForPods> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  config.setCurrentContext(context);
  const { hostname, port: target } = new URL(config.getCurrentCluster()?.server ?? "");
  const forwarder = createServer((socket) => {
    const there = connect(Number(target), hostname);
    socket.pipe(there).pipe(socket);
    for (const [one, other] of [
      [socket, there],
      [there, socket],
    ] as const)
      one.on("error", () => other.destroy());
  });
  // The address of the node, which the API server's certificate names.
  const host = postgres.podHost;
  forwarder.listen(0, host);
  await once(forwarder, "listening");
  forwarder.unref();
  const { port } = forwarder.address() as AddressInfo;
  return { host, port, close: () => void forwarder.close() };
}
