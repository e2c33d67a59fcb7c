import type { GatewayConfig } from "../config/schema";
import type { Demand } from "../kubernetes/objects/demand";
import type { KubernetesFacts } from "../kubernetes/facts/cluster-facts";
import type { Plan } from "../upgrade/plan/plan";
import type { SmoltbotRelease } from "./release";

/** Everything that the gates of one gateway are asked about. */
export interface GateInput {
  readonly config: GatewayConfig;
  readonly release: SmoltbotRelease;
  readonly facts: KubernetesFacts;
  readonly plan: Plan;
  /** What its upgrade needs beside what runs, chapter by chapter. */
  readonly demands: readonly Demand[];
}
