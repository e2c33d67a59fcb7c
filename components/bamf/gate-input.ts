import { kubernetesGates } from "../kubernetes/gates/list";
import type { Gate } from "../upgrade/gate";
import { upgradeGates } from "../upgrade/gates/list";
import type { BamfInput } from "./bamf-input";
import { bamfGates } from "./gates/list";

/** All gates of a BAMF on Kubernetes: those that hold everywhere, those of the target, and its own. */
export const allGates: readonly Gate<BamfInput>[] = [
  ...upgradeGates,
  ...kubernetesGates,
  ...bamfGates,
];
