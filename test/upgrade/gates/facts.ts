import type {
  ClusterFacts,
  JobFacts,
  LiveObject,
  NodeFacts,
  PodFacts,
  WorkloadFacts,
} from "../../../components/kubernetes/facts/cluster-facts";
import type { DatabaseFacts } from "../../../components/upgrade/facts";
import { observed } from "../../../components/upgrade/observation";

const mebibyte = 1024 ** 2;

/** A healthy cluster with one node and one workload, changed as said. */
export const cluster = (change: Partial<ClusterFacts> = {}) =>
  observed<ClusterFacts>({
    version: "1.34.4",
    namespaceExists: true,
    nodes: [node()],
    workloads: [workload()],
    pods: [],
    jobs: [],
    budgets: [],
    policies: [],
    admission: observed({ quotas: [], limitRanges: [] }),
    live: [],
    record: undefined,
    helmRecords: [],
    ...change,
  });

/** A node with 1000m CPU and 1024 MiB memory, all of it free. */
export const node = (change: Partial<NodeFacts> = {}): NodeFacts => ({
  name: "one",
  ready: true,
  schedulable: true,
  images: [],
  allocatable: { cpu: 1000, memory: 1024 * mebibyte },
  requested: { cpu: 0, memory: 0 },
  ...change,
});

/** A Deployment whose two pods are as they should be. */
export const workload = (change: Partial<WorkloadFacts> = {}): WorkloadFacts => ({
  name: "gateway",
  desired: 2,
  generation: 1,
  updated: 2,
  ready: 2,
  available: 2,
  observed: true,
  images: {},
  resources: {},
  selector: {},
  probed: false,
  ...change,
});

/** A running pod that has restarted so often. */
export const pod = (name: string, restarts: number): PodFacts => ({
  name,
  labels: {},
  phase: "Running",
  ready: true,
  terminating: false,
  containers: [{ name: "gateway", image: "", digest: "", restarts }],
});

/** A Job of the migration. */
export const migration = (
  name: string,
  state: JobFacts["state"],
  reason = "",
  component = "migration",
): JobFacts => ({ name, labels: { "app.kubernetes.io/component": component }, state, reason });

/** A live object that Pulumi applied. */
export const live = (change: Partial<LiveObject> = {}): LiveObject => ({
  key: "apps/v1/Deployment/smoltbot/gateway",
  helmRelease: "",
  managers: ["pulumi-kubernetes-1a2b3c4d"],
  owners: [],
  content: {},
  ...change,
});

/** A database of 100 MiB that can be saved, changed as said. */
export const databaseFacts = (change: Partial<DatabaseFacts> = {}) =>
  observed<DatabaseFacts>({
    exists: true,
    server: "16.4",
    dumpTool: "16.4",
    database: "mnemom",
    bytes: 100 * mebibyte,
    mayCreateDatabase: true,
    migrations: [],
    freeBytes: 25 * mebibyte,
    migrating: false,
    ...change,
  });
