import { matrix } from "../matrix/matrix";

type Tree = Readonly<Record<string, unknown>>;

const container = (requests: Tree = {}, limits: Tree = {}) => ({
  name: "gateway",
  image: "gateway:1",
  resources: { requests, limits },
});
const quotaOf = (hard: Tree, scopes: readonly string[] = []) => ({
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "compute" },
  spec: { hard, scopes },
});
const rangeOf = (limit: Tree) => ({
  apiVersion: "v1",
  kind: "LimitRange",
  metadata: { name: "sizes" },
  spec: { limits: [{ type: "Container", ...limit }] },
});

/** Rules of a namespace, and a pod that is to start there. */
export interface Place {
  readonly rules: readonly ReturnType<typeof quotaOf | typeof rangeOf>[];
  /** @defaultValue one small container */
  readonly containers?: readonly Tree[];
  /** @defaultValue none */
  readonly initContainers?: readonly Tree[];
}

const small = container({ cpu: "100m", memory: "64Mi" }, { cpu: "200m", memory: "128Mi" });
const refused: Readonly<Record<string, Place>> = {
  "no pod left": { rules: [quotaOf({ pods: 0 })] },
  "no object left": { rules: [quotaOf({ "count/pods": 0 })] },
  "a millicore too little": { rules: [quotaOf({ "requests.cpu": "99m" })] },
  "too little memory to use": { rules: [quotaOf({ "limits.memory": "127Mi" })] },
  "a limit that nobody names": {
    rules: [quotaOf({ "limits.cpu": 9 })],
    containers: [container({ cpu: "100m" })],
  },
  "a limit that counts as the request": {
    rules: [quotaOf({ cpu: "199m" })],
    containers: [container({}, { cpu: "200m" })],
  },
  "an init container that asks for more": {
    rules: [quotaOf({ cpu: "499m" })],
    initContainers: [{ ...container({ cpu: "500m" }), name: "init" }],
  },
  "a limit above the max": { rules: [rangeOf({ max: { memory: "100Mi" } })] },
  "a request below the min": { rules: [rangeOf({ min: { cpu: "101m" } })] },
  "a request above the limit by default": {
    rules: [rangeOf({ default: { memory: "32Mi" } })],
    containers: [container({ memory: "64Mi" })],
  },
  "a quota of pods that ask for something": { rules: [quotaOf({ pods: 0 }, ["NotBestEffort"])] },
  "a quota of pods without a deadline": { rules: [quotaOf({ pods: 0 }, ["NotTerminating"])] },
};
const letIn: Readonly<Record<string, Place>> = {
  "room to the millicore": {
    rules: [quotaOf({ pods: 1, "requests.cpu": "100m", "limits.memory": "128Mi" })],
  },
  "a limit range that gives what a quota counts": {
    rules: [quotaOf({ "limits.cpu": 1 }), rangeOf({ default: { cpu: 1 } })],
    containers: [container({ cpu: "100m" })],
  },
  "a max that is the default too": {
    rules: [rangeOf({ max: { cpu: 1 } })],
    containers: [container()],
  },
  "bounds that are just kept": {
    rules: [rangeOf({ min: { cpu: "100m" }, max: { cpu: "200m", memory: "128Mi" } })],
  },
  "a quota of other pods": { rules: [quotaOf({ pods: 0 }, ["BestEffort"])] },
  "a quota of pods with a deadline": { rules: [quotaOf({ pods: 0 }, ["Terminating"])] },
  "a quota that leaves out a pod that asks for nothing": {
    rules: [quotaOf({ pods: 0 }, ["NotBestEffort"])],
    containers: [container()],
  },
};

/** What the gate and the API server say to it. */
type Verdict = "block" | "pass";

const cells = (verdict: Verdict, places: Readonly<Record<string, Place>>) =>
  Object.entries(places).map(
    ([name, place]) => [name, { verdict, place: { containers: [small], ...place } }] as const,
  );

/** Pods that a quota or a limit range refuses, and pods that it lets in. */
export default matrix({
  name: "admissions",
  sample: 6,
  cells: Object.fromEntries([...cells("block", refused), ...cells("pass", letIn)]),
});
