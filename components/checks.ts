import type { RunChecks } from "./upgrade/checks";
import { StepFailure } from "./upgrade/step-io";

/** Checks of products, loaded by name: no verification pays for the imports of another product. */
const kinds: Readonly<Record<string, () => Promise<RunChecks>>> = {
  bamf: async () => (await import("./bamf/verification/check-bamf")).checkBamf,
};

/** The checks of a product. @throws StepFailure if it has none. */
export function checksOf(kind: string): Promise<RunChecks> {
  const load = kinds[kind];
  if (load === undefined)
    throw new StepFailure(
      `there are no checks of the kind "${kind}"`,
      `name one of ${Object.keys(kinds).join(", ")}`,
    );
  return load();
}
