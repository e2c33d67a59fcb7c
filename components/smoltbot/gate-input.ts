import type { KubernetesInput } from "../kubernetes/gate-input";
import { kubernetesGates } from "../kubernetes/gates/list";
import type { Gate } from "../upgrade/gate";
import { upgradeGates } from "../upgrade/gates/list";
import { smoltbotGates, type SmoltbotInput } from "./gates/list";

/** Everything that the gates of a smoltbot on Kubernetes are asked about. */
export type GateInput = KubernetesInput & SmoltbotInput;

/** All gates of a smoltbot on Kubernetes: those that hold everywhere, those of the target, and its own. */
export const allGates: readonly Gate<GateInput>[] = [
  ...upgradeGates,
  ...kubernetesGates,
  ...smoltbotGates,
];
