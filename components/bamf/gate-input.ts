import type { GateInput } from "../kubernetes/gateway/gate-input";
import { kubernetesGates } from "../kubernetes/gates/list";
import type { Gate } from "../upgrade/gate";
import { upgradeGates } from "../upgrade/gates/list";
import type { BamfConfig } from "./config";
import type { BamfRelease } from "./release";

/** Everything that the gates of a BAMF on Kubernetes are asked about. */
export type BamfInput = GateInput<BamfConfig, BamfRelease>;

/** All gates of a BAMF on Kubernetes: those that hold everywhere, those of the target, and its own. */
export const allGates: readonly Gate<BamfInput>[] = [...upgradeGates, ...kubernetesGates];
