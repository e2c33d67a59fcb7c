import { vi } from "vitest";
import program from "../../index";
import type { Prepared } from "../../components/upgrade/prepared";

const gateways: Prepared[] = [];
vi.mock(import("../../components/config/read-config"), () => ({ readConfig: () => [] }));
vi.mock(import("../../components/upgrade/prepare-gateways"), () => ({
  prepareGateways: () => Promise.resolve(gateways),
}));

/** Runs index.ts with gateways of which everything is known: no stack file is read, and nothing live is looked at. */
export function runProgram(prepared: readonly Prepared[]): Promise<unknown> {
  gateways.splice(0, gateways.length, ...prepared);
  return program();
}
