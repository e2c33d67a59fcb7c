import type * as pulumi from "@pulumi/pulumi";
import type { Evidence } from "./evidence";
import { extendHistory } from "./history";
import { outputNames } from "./output-names";

/** What the upgrade of one gateway leaves behind. */
export interface Result {
  /** Name of the gateway. */
  readonly name: string;
  /** What was verified before this run. */
  readonly history: readonly Evidence[];
  readonly evidence: pulumi.Output<Evidence>;
}

/** The stack outputs of all gateways: the evidence of each, and the history of what was verified (S-43). */
export const results = (
  ended: readonly Result[],
): Readonly<Record<string, pulumi.Output<unknown>>> =>
  Object.fromEntries(
    ended.flatMap(
      ({ name, history, evidence }): readonly (readonly [string, pulumi.Output<unknown>])[] => [
        [outputNames(name).evidence, evidence],
        [outputNames(name).history, evidence.apply((newest) => extendHistory(history, newest))],
      ],
    ),
  );
