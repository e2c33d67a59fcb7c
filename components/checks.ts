import type { RunChecks } from "./upgrade/checks";
import { loadKind, type Kinds } from "./upgrade/load-kind";

/** Checks of products. */
const kinds: Kinds<RunChecks> = {
  bamf: async () => (await import("./bamf/verification/check-bamf")).checkBamf,
};

/** The checks of a product. @throws StepFailure if it has none. */
export const checksOf = (kind: string): Promise<RunChecks> =>
  loadKind(kinds, kind, `there are no checks of the kind "${kind}"`);
