import type { Finding } from "../upgrade/finding";
import { ownEvidence } from "../upgrade/gates/own-evidence";
import { sameCluster } from "../kubernetes/gates/same-cluster";
import type { GateInput } from "./gate-input";

/** Whether the stack knows its gateway: what it verified last, and in which cluster. */
export const ownFindings = ({ config, facts, plan }: GateInput): readonly Finding[] => [
  ...ownEvidence({ own: facts.own, at: "this stack" }),
  ...sameCluster({
    cluster: facts.cluster,
    identity: facts.identity,
    verified: plan.verified,
    at: `context ${config.settings.kubernetes.context}`,
  }),
];
