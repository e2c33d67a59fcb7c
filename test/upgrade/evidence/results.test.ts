import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import type { BackupRecord } from "../../../components/upgrade/evidence/backup-record";
import type { Evidence } from "../../../components/upgrade/evidence/evidence";
import type { Identity } from "../../../components/upgrade/evidence/identity";
import { results } from "../../../components/upgrade/evidence/results";

const evidence: Evidence = {
  version: "1.1.0",
  digests: {},
  images: {},
  settings: [],
  configHash: "hash",
  schemaHead: "",
  verifiedAt: "2026-11-29T10:00:00.000Z",
  probes: { sent: 0, failed: 0 },
  restarts: 0,
};
const identity: Identity = { stack: "prod", context: "here" };
const record = (dump: string): BackupRecord => ({
  dump,
  sha256: "1f",
  rows: 3,
  schemaHead: "",
  takenAt: "2026-11-29T09:00:00.000Z",
});

const outputs = (
  backup: pulumi.Output<BackupRecord | undefined> | undefined,
  lastBackup?: BackupRecord,
) =>
  results([
    {
      name: "eu",
      history: [],
      evidence: pulumi.output(evidence),
      identity: pulumi.output(identity),
      lastBackup,
      backup,
    },
  ]);

/** What an output comes to. */
const valueOf = <T>(output: pulumi.Output<T> | undefined): Promise<T | undefined> =>
  new Promise((resolve) => {
    if (output === undefined) resolve(undefined);
    else
      output.apply((value) => {
        resolve(value);
      });
  });

test("a gateway without a database has no output for a dump: of one without a value the engine would warn in every run", () => {
  expect(Object.keys(outputs(undefined))).toEqual(["euEvidence", "euIdentity", "euHistory"]);
});

test.each([
  ["the dump of this run", record("new"), record("old"), "new"],
  ["the last one where this run has saved nothing", undefined, record("old"), "old"],
])("a gateway with a database names %s (S-43)", async (_, now, last, expected) => {
  const { euBackup } = outputs(pulumi.output(now), last);
  expect(await valueOf(euBackup)).toMatchObject({ dump: expected });
});

test("a gateway whose database holds nothing to save yet says null, of which the engine does not warn", async () => {
  const { euBackup } = outputs(pulumi.output(undefined));
  expect(await valueOf(euBackup)).toBeNull();
});

test("a gateway whose database is saved no longer keeps the name of its last dump (S-43)", async () => {
  const { euBackup } = outputs(undefined, record("old"));
  expect(await valueOf(euBackup)).toMatchObject({ dump: "old" });
});
