import type { Platform } from "./platform";
import type { StepIo } from "./step-io";

/** What a product says about a release that runs, beside what can be asked of every product. */
export interface CheckResult {
  /** What speaks against the release: sentences without their full stop, and without a secret. */
  readonly faults: readonly string[];
  /** What was seen, in sentences; what could not be looked at is among them. */
  readonly said: readonly string[];
}

/**
 * Checks what only the product knows of itself. Changes nothing.
 *
 * @param options - what this product's checks are told
 */
export type RunChecks = (
  platform: Platform,
  options: Readonly<Record<string, unknown>>,
  io: StepIo,
) => Promise<CheckResult>;
