import type { RunHostChecks } from "./hosts/steps/verification";
import type { RunChecks } from "./upgrade/checks";
import { loadKind, type Kinds } from "./upgrade/load-kind";

/** Checks of products. */
const kinds: Kinds<RunChecks> = {
  bamf: async () => (await import("./bamf/verification/check-bamf")).checkBamf,
  smoltbot: async () => (await import("./smoltbot/verification/check-status")).checkStatus,
};

/** Checks of products on hosts. */
const hostKinds: Kinds<RunHostChecks> = {
  "bamf-agents": async () => (await import("./bamf/agents/agents-online")).checkAgentsOnline,
};

/** The checks of a product. @throws StepFailure if it has none. */
export const checksOf = (kind: string): Promise<RunChecks> =>
  loadKind(kinds, kind, `there are no checks of the kind "${kind}"`);

/** The checks of a product on hosts. @throws StepFailure if it has none. */
export const hostChecksOf = (kind: string): Promise<RunHostChecks> =>
  loadKind(hostKinds, kind, `there are no checks on hosts of the kind "${kind}"`);
