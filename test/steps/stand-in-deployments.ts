import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { kubeconfigFor } from "../kubernetes/stand-in-api";

interface Deployment {
  replicas: number;
  annotations: Record<string, string>;
  managers: string[];
  pods: string[];
}

interface Patch {
  readonly metadata?: {
    readonly annotations?: Readonly<Record<string, string | null>>;
    readonly managedFields?: readonly { readonly manager: string }[];
  };
  readonly spec?: { readonly replicas?: number };
}

export type StandInDeployments = Awaited<ReturnType<typeof standInDeployments>>;

/** Deployments with pods, as an API server and its controllers would keep them; pods end soon after their Deployment is scaled down. */
export async function standInDeployments(replicas: Readonly<Record<string, number>>) {
  const deployments = new Map<string, Deployment>();
  for (const [name, count] of Object.entries(replicas)) {
    const pods = Array.from({ length: count }, (_, index) => `${name}-${index}`);
    deployments.set(name, { replicas: count, annotations: {}, managers: ["applier"], pods });
  }
  const world = {
    /** Pods that never end. */
    stubborn: new Set<string>(),
    /** Is told of each call before it is answered. */
    onCall: undefined as ((method: string, path: string) => void) | undefined,
    kubeconfig: "",
    deployments,
    /** Replicas and annotations by name: what a restore may change. */
    state: () =>
      Object.fromEntries(
        [...deployments].map(([name, one]) => [
          name,
          { replicas: one.replicas, ...one.annotations },
        ]),
      ),
    close: (): Promise<void> => Promise.resolve(),
  };
  const shown = (name: string, one: Deployment) => ({
    metadata: {
      name,
      annotations: one.annotations,
      managedFields: one.managers.map((manager) => ({ manager })),
    },
    spec: { replicas: one.replicas, selector: { matchLabels: { app: name } } },
  });
  const answer = async (request: IncomingMessage): Promise<unknown> => {
    const url = new URL(request.url ?? "", "http://here");
    const body = await text(request);
    world.onCall?.(request.method ?? "", url.pathname);
    const name = /\/deployments\/([^/]+)$/.exec(url.pathname)?.[1];
    if (name !== undefined) {
      const one = deployments.get(name);
      if (one === undefined) return undefined;
      if (request.method !== "PATCH") return shown(name, one);
      const copy: Deployment = structuredClone(one);
      patch(copy, JSON.parse(body) as Patch, url.searchParams.get("fieldManager") ?? "");
      if (!url.searchParams.has("dryRun")) {
        deployments.set(name, copy);
        settle(copy, name, world.stubborn);
      }
      return shown(name, copy);
    }
    if (!url.pathname.endsWith("/pods")) return undefined;
    const app = url.searchParams.get("labelSelector")?.replace("app=", "") ?? "";
    const pods = deployments.get(app)?.pods ?? [];
    return { items: pods.map((pod) => ({ metadata: { name: pod } })) };
  };
  const server = createServer((request, response) => {
    void answer(request).then((found) => {
      const missing = { kind: "Status", message: "not found" };
      response.writeHead(found === undefined ? 404 : 200).end(JSON.stringify(found ?? missing));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  world.kubeconfig = kubeconfigFor(`http://127.0.0.1:${port}/k8s`);
  world.close = () =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  return world;
}

function patch(one: Deployment, { metadata, spec }: Patch, manager: string): void {
  for (const [key, value] of Object.entries(metadata?.annotations ?? {})) {
    if (value === null) Reflect.deleteProperty(one.annotations, key);
    else one.annotations[key] = value;
  }
  if (spec?.replicas !== undefined) one.replicas = spec.replicas;
  one.managers = metadata?.managedFields?.map((entry) => entry.manager) ?? [
    ...new Set([...one.managers, manager]),
  ];
}

function settle(one: Deployment, name: string, stubborn: ReadonlySet<string>): void {
  const wanted = Array.from({ length: one.replicas }, (_, index) => `${name}-${index}`);
  const end = () =>
    (one.pods = [...new Set([...wanted, ...one.pods.filter((pod) => stubborn.has(pod))])]);
  setTimeout(end, 150);
}
