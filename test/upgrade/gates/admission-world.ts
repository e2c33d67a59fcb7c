import type { LimitRangeFacts, QuotaFacts } from "../../../components/kubernetes/facts/admission";
import type { Amounts } from "../../../components/kubernetes/objects/container-resources";
import type { ContainerDemand, PodDemand } from "../../../components/kubernetes/objects/demand";
import { quota } from "../../../components/kubernetes/gates/quota";
import { observed } from "../../../components/upgrade/observation";
import { cluster } from "./facts";
import { spoken } from "./findings";

/** Where all of it is. */
export const at = "context prod, namespace smoltbot";
export const MIB = 1024 ** 2;

/** A container with requests and limits, changed as said. */
export const container = (change: Partial<ContainerDemand> = {}): ContainerDemand => ({
  name: "gateway",
  role: "main",
  requests: { cpu: 100, memory: 256 * MIB },
  limits: { cpu: 1000, memory: 512 * MIB },
  ...change,
});
/** A pod with one such container, or with those that are given. */
export const pod = (name: string, ...containers: readonly ContainerDemand[]): PodDemand => ({
  name: `a pod of ${name}`,
  requests: { cpu: 0, memory: 0 },
  containers: containers.length > 0 ? containers : [container()],
  removed: false,
  growth: false,
});
/** A quota named `compute`. */
export const compute = (
  hard: Amounts,
  used: Amounts = {},
  scopes: readonly string[] = [],
): QuotaFacts => ({
  name: "compute",
  scopes,
  hard,
  used,
});
/** A limit range named `sizes`. */
export const sizes = (change: Partial<LimitRangeFacts>): LimitRangeFacts => ({
  name: "sizes",
  min: {},
  max: {},
  defaultRequests: {},
  defaultLimits: {},
  ...change,
});

/** Rules of a namespace, and pods that want in. */
export interface World {
  readonly quotas?: readonly QuotaFacts[];
  readonly limitRanges?: readonly LimitRangeFacts[];
  readonly migration?: readonly PodDemand[];
  readonly rollout?: readonly PodDemand[];
}
/** What the gate says about it. */
export const say = ({
  quotas = [],
  limitRanges = [],
  migration = [],
  rollout = [pod("gateway")],
}: World) =>
  spoken(
    quota({
      cluster: cluster({ admission: observed({ quotas, limitRanges }) }),
      demands: [
        { chapter: "schema", gateways: ["smoltbot"], pods: migration },
        { chapter: "rollout", gateways: ["smoltbot"], pods: rollout },
      ],
      at,
    }),
  );
/** What it says where the one pod is let in. */
export const passed = [`pass ${at}: 1 more pod let in by its quotas and limit ranges`];
