import * as pulumi from "@pulumi/pulumi";
import type { BackupRecord } from "./backup-record";
import type { Evidence } from "./evidence";
import { extendHistory } from "./history";
import type { Identity } from "./identity";
import { outputNames } from "./output-names";

/** What the upgrade of one gateway leaves behind. */
export interface Result {
  /** Name of the gateway. */
  readonly name: string;
  /** What was verified before this run. */
  readonly history: readonly Evidence[];
  readonly evidence: pulumi.Output<Evidence>;
  /** By what the stack knows it from now on. */
  readonly identity: pulumi.Output<Identity>;
  /** The last proven dump before this run. */
  readonly lastBackup: BackupRecord | undefined;
  /** The proven dump of this run; undefined if there is no database to save. */
  readonly backup: pulumi.Output<BackupRecord | undefined> | undefined;
}

/** The stack outputs of all gateways: the evidence of each, the history of what was verified, the last proven dump (S-43; null before there is one), and its identity. */
export const results = (
  ended: readonly Result[],
): Readonly<Record<string, pulumi.Output<unknown>>> =>
  Object.fromEntries(
    ended.flatMap(
      ({
        name,
        history,
        evidence,
        identity,
        lastBackup,
        backup,
      }): readonly (readonly [string, pulumi.Output<unknown>])[] => [
        [outputNames(name).evidence, evidence],
        // Of an output without a value the engine warns: there is none without a database, and null as long as a database holds nothing to save.
        ...(backup === undefined && lastBackup === undefined
          ? []
          : [
              [
                outputNames(name).backup,
                pulumi.output(backup).apply((saved) => saved ?? lastBackup ?? null),
              ] as const,
            ]),
        [outputNames(name).identity, identity],
        [outputNames(name).history, evidence.apply((newest) => extendHistory(history, newest))],
      ],
    ),
  );
