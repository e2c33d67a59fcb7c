import { bamfPlace, chartsResourceOf, redisHost, REDIS_PORT, type BamfPlace } from "./around";
import type { BamfRelease } from "./releases";

/** What the values of a BAMF in the lab depend on. */
export interface LabValues {
  readonly namespace: string;
  readonly layout: BamfRelease["layout"];
  readonly database: {
    readonly host: string;
    readonly port: number;
    /** Also the name of its role. */
    readonly name: string;
  };
  /** Bridges. @defaultValue 3 */
  readonly bridges?: number;
  /** Agents of the chart. @defaultValue none */
  readonly agents?: ChartAgents;
}

/** Agents that a chart is to have. */
export interface ChartAgents {
  readonly replicas: number;
  /** Where they reach the cluster's API server. */
  readonly apiServer: { readonly host: string; readonly port: number };
}

const unscaled = { enabled: false } as const;
const few = (memory: string) => ({
  requests: { cpu: "10m", memory: "32Mi" },
  limits: { cpu: "1", memory },
});
/** Shorter than as shipped, so that nobody waits for what a person would want to wait for. */
const short = { terminationGracePeriodSeconds: 60, preStopSleepSeconds: 2 } as const;

/** Values as an operator writes them for a small installation with a database and a Redis of their own. */
export function labValues({ namespace, layout, database, bridges = 3, agents }: LabValues): object {
  const place = bamfPlace(namespace);
  const { name, ...server } = database;
  return {
    gateway: {
      hostname: `${namespace}.lab.example`,
      tunnelDomain: `tunnel.${namespace}.lab.example`,
    },
    core: {
      api: {
        replicas: 2,
        autoscaling: unscaled,
        resources: few("256Mi"),
        ...short,
        // An API stays after its end signal while an agent listens: each of its pods takes this long.
        terminationGracePeriodSeconds: 8,
      },
      web: { standalone: true, resources: few("64Mi"), ...short },
      migrations: { resources: few("256Mi") },
      postgresql: { external: { ...server, database: name, username: name } },
      redis: { external: { host: redisHost(place), port: REDIS_PORT } },
    },
    [layout]: {
      name: "default",
      proxy: { resources: few("64Mi"), ...short },
      bridge: {
        replicas: bridges,
        // As shipped, a bridge is to carry 50 tunnels: too few for one to take over another's share of 200.
        autoscaling: { ...unscaled, maxReplicas: bridges, targetTunnelsPerPod: 200 },
        resources: few("256Mi"),
        ...short,
      },
    },
    ...(agents === undefined ? {} : { agent: agentValues(place, agents) }),
  };
}

const agentValues = (place: BamfPlace, { replicas, apiServer }: ChartAgents): object => ({
  ...{ enabled: true, replicas, clusterInternal: true, resources: few("64Mi") },
  config: { name: "charts", resources: [chartsResourceOf(place)] },
  terminationGracePeriodSeconds: 20,
  extraEnv: [
    // As shipped it is heard once a minute.
    { name: "BAMF_LAB_HEARTBEAT", value: "10s" },
    { name: "KUBERNETES_SERVICE_HOST", value: apiServer.host },
    { name: "KUBERNETES_SERVICE_PORT", value: String(apiServer.port) },
  ],
});
