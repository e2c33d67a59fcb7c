import { expect, test } from "vitest";
import { describePlan } from "../../../components/upgrade/plan/describe-plan";
import type { RestoreNeed } from "../../../components/upgrade/plan/restore-need";
import { planUpgrade } from "../../../components/upgrade/plan/plan";
import { dump, step } from "../gates/findings";

const back = (restore: RestoreNeed) =>
  planUpgrade({ wanted: "1.9.0", verified: "2.0.0", running: ["2.0.0"], restore });

test.each([
  [
    "a first install has nothing to go back to",
    step(undefined, "1.1.0"),
    "First install of 1.1.0. Going back: there is no earlier release; docs/removing-a-gateway.md says how to take the install away, and what that leaves.",
  ],
  [
    "the same release stays",
    step("1.1.0", "1.1.0"),
    "Release 1.1.0 stays. Going back: nothing to undo.",
  ],
  [
    "S-45, S-48: a patch goes back by programs only",
    step("1.1.0", "1.1.1"),
    "Patch upgrade from 1.1.0 to 1.1.1. Going back: set the version to 1.1.0; programs only, no restore.",
  ],
  [
    "S-44: a major goes back by a restore, and says what is lost",
    step("1.9.0", "2.0.0"),
    "Major upgrade from 1.9.0 to 2.0.0. Going back: set the version to 1.9.0 and restore the backup of this upgrade; what is written after it would be lost.",
  ],
  [
    "S-44: a major whose dump the role could not put back has no way back by it",
    planUpgrade({
      wanted: "2.0.0",
      verified: "1.9.0",
      running: ["1.9.0"],
      hindrances: ["relations are owned by other, and saver may not act for it"],
    }),
    "Major upgrade from 1.9.0 to 2.0.0. Going back: not by this role, which could not restore the backup of this upgrade: relations are owned by other, and saver may not act for it.",
  ],
  [
    "S-35, S-48: a rollback within a major leaves the database",
    step("1.2.0", "1.1.0"),
    "Rollback from 1.2.0 to 1.1.0 within major 1: programs only. The database stays at its schema; migrations are forward-compatible within a major (guide, Breaking Changes Policy). Going back: set the version to 1.2.0; programs only, no restore.",
  ],
  [
    "S-35, S-44: a rollback across a major names the dump that it needs, and what would be lost",
    back({
      kind: "restore",
      dump,
      risk: { countable: true, total: 12, tables: [{ name: "public.agents", rows: 12 }] },
    }),
    "Rollback from 2.0.0 to 1.9.0 across a major: the database has to go back too, to before-2.0.0.dump.zst, taken at 2026-01-02T03:04:05.000Z before 2.0.0, with 14 rows. 12 rows written since then would be lost (public.agents 12). Going back: the upgrade to 2.0.0 again, with its backup and its consents.",
  ],
  [
    "S-44: a loss that cannot be counted is told as such",
    back({
      kind: "restore",
      dump,
      risk: { countable: false, reason: "the dump is of another server" },
    }),
    "Rollback from 2.0.0 to 1.9.0 across a major: the database has to go back too, to before-2.0.0.dump.zst, taken at 2026-01-02T03:04:05.000Z before 2.0.0, with 14 rows. What was written since then would be lost; how much could not be counted: the dump is of another server. Going back: the upgrade to 2.0.0 again, with its backup and its consents.",
  ],
  [
    "S-44: a rollback across a major without a proven dump has no way back",
    back({ kind: "impossible", why: "no proven dump" }),
    "Rollback from 2.0.0 to 1.9.0 across a major: there is no way back by this program; no proven dump. Going back: the upgrade to 2.0.0 again, with its backup and its consents.",
  ],
  [
    "S-35: a rollback across a major whose schema is in place changes programs only",
    back({ kind: "no", why: "the schema is that of major 1" }),
    "Rollback from 2.0.0 to 1.9.0 across a major: programs only; the schema is that of major 1. Going back: the upgrade to 2.0.0 again, with its backup and its consents.",
  ],
  [
    "an upgrade that was cut off is named, with what runs and what was verified",
    planUpgrade({ wanted: "1.2.0", verified: "1.1.0", running: ["1.1.0", "1.2.0"] }),
    "Minor upgrade from 1.1.0 to 1.2.0. An earlier upgrade did not finish: 1.1.0 and 1.2.0 run side by side, 1.1.0 was verified last. Going back: set the version to 1.1.0; programs only, no restore.",
  ],
  [
    "an image without a version is named as such",
    planUpgrade({ wanted: "1.2.0", running: ["latest"] }),
    "First install of 1.2.0. Not verified by this stack yet: an image without a version runs. Going back: there is no earlier release; docs/removing-a-gateway.md says how to take the install away, and what that leaves.",
  ],
])("%s", (_, plan, text) => {
  expect(describePlan(plan)).toBe(text);
});
