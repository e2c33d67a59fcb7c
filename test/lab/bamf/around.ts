import { execa } from "execa";
import type { Lab } from "../lab";
import { bamfClientImage, bamfImage } from "./images";
import { redisImage } from "./redis-image";

/** A BAMF in the lab's cluster. */
export interface BamfPlace {
  readonly namespace: string;
  /** Namespace of what stands around it and is no part of its release: its Redis, a foreign agent, its users. */
  readonly around: string;
}

export const bamfPlace = (namespace: string): BamfPlace => ({
  namespace,
  around: `${namespace}-around`,
});

/** Name of a Service in the cluster, as every pod finds it. */
const hostOf = (service: string, namespace: string): string =>
  `${service}.${namespace}.svc.cluster.local`;

export const REDIS_PORT = 6379;
export const redisHost = ({ around }: BamfPlace): string => hostOf("redis", around);
export const apiUrl = ({ namespace }: BamfPlace): string =>
  `http://${hostOf("bamf-api", namespace)}:8000`;
/** Where the bridges are found by pods, with `{ordinal}` in it. */
export const bridgeAddress = ({ namespace }: BamfPlace): string =>
  `${hostOf("bamf-bridge-{ordinal}", namespace)}:8443`;

/** What leads to the resource behind the foreign agent: it sends back what it gets. */
export const foreignResource = "echo";
/** What leads to the resource behind the agents of the chart, which does the same. */
export const chartsResource = "own";
const RESOURCE_PORT = 7000;

/** The resource behind the agents of the chart, as their configuration names it. */
export const chartsResourceOf = ({ around }: BamfPlace): object => ({
  ...{ name: chartsResource, type: "tcp" },
  ...{ hostname: hostOf("resource", around), port: RESOURCE_PORT },
});

/** Names with two dots or more are asked for as they are, before what this machine's own resolver would append. */
export const podDefaults = {
  dnsConfig: { options: [{ name: "ndots", value: "2" }] },
  terminationGracePeriodSeconds: 1,
  automountServiceAccountToken: false,
} as const;

export const fewResources = { requests: { cpu: "10m", memory: "32Mi" } } as const;

/** Leaves the Redis that a BAMF is told of. Nothing in it survives its pod. */
export async function ensureRedis(lab: Lab, place: BamfPlace): Promise<void> {
  const { around: namespace } = place;
  await applyAll(lab, [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    deployment(namespace, "redis", {
      containers: [
        {
          name: "redis",
          image: redisImage,
          resources: fewResources,
          readinessProbe: { tcpSocket: { port: REDIS_PORT }, periodSeconds: 1 },
        },
      ],
    }),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "redis", namespace },
      spec: { selector: { app: "redis" }, ports: [{ port: REDIS_PORT }] },
    },
  ]);
  await rolledOut(lab, namespace, "redis");
}

/** Leaves the resource behind the agents of the chart. */
export async function ensureResource(lab: Lab, place: BamfPlace): Promise<void> {
  const { around: namespace } = place;
  await applyAll(lab, [
    deployment(namespace, "resource", {
      containers: [
        {
          name: "resource",
          image: bamfClientImage,
          args: ["echo", `:${RESOURCE_PORT}`],
          resources: fewResources,
        },
      ],
    }),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "resource", namespace },
      spec: { selector: { app: "resource" }, ports: [{ port: RESOURCE_PORT }] },
    },
  ]);
  await rolledOut(lab, namespace, "resource");
}

/** An agent that is no part of the chart. */
export interface ForeignAgent {
  /** Release of its program: `v0.10.0`. */
  readonly tag: string;
  /** A join token that the API knows. */
  readonly token: string;
}

/**
 * Leaves an agent beside a resource that sends back what it gets, as an agent beside somebody's databases: nothing of an upgrade stops it. It joins at its
 * first start and must not lose what it got then, so it is made once.
 */
export async function ensureForeignAgent(
  lab: Lab,
  place: BamfPlace,
  { tag, token }: ForeignAgent,
): Promise<void> {
  const { around: namespace } = place;
  const config = {
    platform_url: apiUrl(place),
    agent_name: "foreign",
    cluster_internal: true,
    resources: [{ name: foreignResource, type: "tcp", hostname: "127.0.0.1", port: RESOURCE_PORT }],
  };
  const env = {
    BAMF_JOIN_TOKEN: token,
    BAMF_DATA_DIR: "/data",
    BAMF_LAB_HEARTBEAT: "2s",
    // It keeps its certificate in a folder, as outside of a cluster.
    KUBERNETES_SERVICE_HOST: "",
  };
  await applyAll(lab, [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "agent", namespace },
      data: { "agent.yaml": JSON.stringify(config) },
    },
    deployment(namespace, "agent", {
      containers: [
        {
          name: "agent",
          image: bamfImage("agent", tag),
          env: Object.entries(env).map(([name, value]) => ({ name, value })),
          resources: fewResources,
          readinessProbe: { httpGet: { path: "/ready", port: 8081 }, periodSeconds: 1 },
          volumeMounts: [
            { name: "config", mountPath: "/etc/bamf" },
            { name: "data", mountPath: "/data" },
          ],
        },
        {
          name: "resource",
          image: bamfClientImage,
          args: ["echo", `127.0.0.1:${RESOURCE_PORT}`],
          resources: fewResources,
        },
      ],
      volumes: [
        { name: "config", configMap: { name: "agent" } },
        { name: "data", emptyDir: {} },
      ],
    }),
  ]);
  await rolledOut(lab, namespace, "agent");
}

/** Takes away everything around a BAMF; nobody waits for its pods to end well. */
export async function clearAround({ env }: Lab, { around }: BamfPlace): Promise<void> {
  const words = ["delete", "namespace", around, "--ignore-not-found", "--timeout=120s"];
  await execa("kubectl", words, { env });
}

const deployment = (namespace: string, name: string, spec: object) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace },
  spec: {
    strategy: { type: "Recreate" },
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { ...podDefaults, ...spec } },
  },
});

async function applyAll({ env }: Lab, items: readonly object[]): Promise<void> {
  const words = ["apply", "--server-side", "--force-conflicts", "--filename", "-"];
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  await execa("kubectl", words, { env, input });
}

async function rolledOut({ env }: Lab, namespace: string, name: string): Promise<void> {
  const words = ["rollout", "status", `deployment/${name}`, "--timeout=120s"];
  await execa("kubectl", [...words, "--namespace", namespace], { env });
}
