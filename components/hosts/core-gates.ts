import type { Gate } from "../upgrade/gate";
import type { CoreInput } from "../upgrade/gate-input";
import { upgradeGates } from "../upgrade/gates/list";

/** Those of the gates that hold everywhere which ask for something that hosts have; they have no database, no image, no values, and nothing that a removal takes. */
const ASKED: readonly string[] = [
  "own-evidence",
  "version-policy",
  "notes",
  "catalogue",
  "staging-evidence",
];

/** Gates that hold everywhere, as far as hosts have what they ask for. */
export const coreGates: readonly Gate<CoreInput>[] = upgradeGates.filter(({ name }) =>
  ASKED.includes(name),
);
