import type { SmoltbotGateway } from "./config";
import type { Demand } from "../kubernetes/objects/demand";
import type { Facts } from "../upgrade/facts";
import type { Plan } from "../upgrade/plan/plan";
import type { SmoltbotRelease } from "./release";

/** Everything that the gates of one gateway are asked about. */
export interface GateInput {
  readonly config: SmoltbotGateway;
  readonly release: SmoltbotRelease;
  readonly facts: Facts;
  readonly plan: Plan;
  /** What its upgrade needs beside what runs, chapter by chapter. */
  readonly demands: readonly Demand[];
}
