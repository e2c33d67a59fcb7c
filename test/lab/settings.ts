import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** Ports of the lab's own programs; none is a default port, so a neighbour's server never collides. */
export interface LabPorts {
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly apiserver: number;
  readonly controllerManager: number;
  readonly scheduler: number;
  readonly kubelet: number;
  readonly kubeletHealth: number;
  readonly proxyHealth: number;
  readonly proxyMetrics: number;
  readonly postgres: number;
  readonly redis: number;
  readonly supabase: number;
  readonly dns: number;
  readonly dnsReady: number;
  readonly prometheus: number;
  readonly buckets: number;
}

/** Where the lab lives and which addresses it takes. */
export interface Settings {
  /** State of this lab: data, sockets, logs. `down` deletes it. */
  readonly home: string;
  /** What was compiled; kept by `down`. */
  readonly cache: string;
  /** Root of the checkout. */
  readonly checkout: string;
  /** Folder with official provider plugins, where one was given. */
  readonly officialPlugins: string | undefined;
  /** `LAB_PLUGINS`, still unchecked. */
  readonly plugins: string | undefined;
  readonly nodeName: string;
  readonly context: string;
  /** Address of this machine that pods reach; it sits on a bridge device of the lab. */
  readonly nodeAddress: string;
  readonly nodeBridge: string;
  readonly podBridge: string;
  readonly podRange: string;
  readonly serviceRange: string;
  readonly serviceAddress: string;
  /** Where pods ask for names, on the usual port. */
  readonly dnsAddress: string;
  readonly clusterDomain: string;
  readonly ports: LabPorts;
}

const ports: LabPorts = {
  etcd: 12379,
  etcdPeer: 12380,
  apiserver: 16443,
  controllerManager: 20257,
  scheduler: 20259,
  kubelet: 20250,
  kubeletHealth: 20248,
  proxyHealth: 20256,
  proxyMetrics: 20249,
  postgres: 15432,
  redis: 16379,
  supabase: 15421,
  dns: 15353,
  dnsReady: 15354,
  prometheus: 19090,
  buckets: 19900,
};

/**
 * Reads the lab's settings from the environment.
 *
 * `LAB_HOME` (default `/var/lib/gateways-lab`), `LAB_CACHE` (default `$XDG_CACHE_HOME` or `~/.cache`, plus `gateways-lab`),
 * `LAB_OFFICIAL_PLUGINS` and `LAB_PLUGINS` (no default).
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const cacheHome = env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const official = env["LAB_OFFICIAL_PLUGINS"];
  return {
    home: resolve(env["LAB_HOME"] ?? "/var/lib/gateways-lab"),
    cache: resolve(env["LAB_CACHE"] ?? join(cacheHome, "gateways-lab")),
    checkout: dirname(dirname(import.meta.dirname)),
    officialPlugins: official === undefined ? undefined : resolve(official),
    plugins: env["LAB_PLUGINS"],
    nodeName: "gateways-lab",
    context: "gateways-lab",
    nodeAddress: "10.245.0.1",
    nodeBridge: "gwlab-node",
    podBridge: "gwlab-pods",
    podRange: "10.244.0.0/24",
    serviceRange: "10.96.0.0/16",
    serviceAddress: "10.96.0.1",
    dnsAddress: "10.96.0.10",
    clusterDomain: "cluster.local",
    ports,
  };
}
