import type { V1Deployment, V1Pod } from "@kubernetes/client-node";
import type { ClusterClient } from "../kubernetes/api/client";
import type { Json, JsonList } from "../kubernetes/api/json";
import { tunnelsIn } from "./sessions/agents";

/** Port of an agent's health and metrics. Source: `mattrobinsonsre/bamf@v0.11.0:helm/bamf/templates/deployment-agent.yaml` */
const PORT = 8081;
/** Longest wait for the metrics of one agent, in milliseconds. */
const TIMEOUT = 3000;

/** What one agent of the chart says of itself. */
export interface AgentFacts {
  readonly name: string;
  /** Open tunnels through it; undefined if it does not say. */
  readonly tunnels: number | undefined;
}

/** The agents of a release that run. */
export interface AgentsFacts {
  /** Replicas of their Deployment, which goes with a release that has none; undefined if there is none, or if it is somebody else's. */
  readonly replicas: number | undefined;
  /** Those that wait for the end of their tunnels among them. */
  readonly agents: readonly AgentFacts[];
}

export interface AgentsPlace {
  readonly namespace: string;
  readonly release: string;
  /** Name of their Deployment. */
  readonly deployment: string;
}

/**
 * The agents of the chart that run, each with what it says of its tunnels. Changes nothing.
 *
 * Source: `pulumi/pulumi-kubernetes@v4.32.0`: objects are applied by managers named pulumi-kubernetes-....
 *
 * @throws ClusterError where Deployment or pods may not be read
 */
export async function lookAtAgents(
  client: Pick<ClusterClient, "get" | "find" | "ask">,
  { namespace, release, deployment }: AgentsPlace,
): Promise<AgentsFacts> {
  const selector = `app.kubernetes.io/instance=${release},app.kubernetes.io/component=agent`;
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const [found, { items }] = await Promise.all([
    client.find<Json<V1Deployment>>(
      `/apis/apps/v1/namespaces/${namespace}/deployments/${deployment}`,
    ),
    client.get<JsonList<V1Pod>>(`${pods}?labelSelector=${encodeURIComponent(selector)}`),
  ]);
  const isOurs = found?.metadata?.managedFields?.some(({ manager }) =>
    manager?.startsWith("pulumi-"),
  );
  const running = items.filter(
    ({ metadata, status }) =>
      metadata?.deletionTimestamp === undefined && status?.phase === "Running",
  );
  return {
    replicas: isOurs === true ? (found?.spec?.replicas ?? 1) : undefined,
    agents: await Promise.all(
      running.map(async ({ metadata }): Promise<AgentFacts> => {
        const name = metadata?.name ?? "";
        const reply = await client
          .ask(`${pods}/${name}:${PORT}/proxy/metrics`, { accept: "*/*", timeout: TIMEOUT })
          .catch(() => undefined);
        return { name, tunnels: reply?.status === 200 ? tunnelsIn(reply.body) : undefined };
      }),
    ),
  };
}
