import type { Gate } from "../../../upgrade/gate";
import type { MachineInput } from "../gate-input";
import { machineFile } from "./machine-file";
import { machineOwner } from "./machine-owner";
import { programInUse } from "./program-in-use";

/** Gates that hold for every program of this machine. */
export const machineGates: readonly Gate<MachineInput>[] = [
  {
    name: "machine-file",
    question: "Has the release a file for this machine, and may it be put where the program is?",
    ask: machineFile,
  },
  {
    name: "program-in-use",
    question: "Is what lies at the path of the program what one would think?",
    ask: programInUse,
  },
  {
    name: "machine-owner",
    question: "Does another stack keep the program at a release?",
    ask: machineOwner,
  },
];
