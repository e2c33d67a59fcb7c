import { expect, test } from "vitest";
import { describePlan } from "../../components/upgrade/describe-plan";
import { planUpgrade } from "../../components/upgrade/plan";
import { step } from "./gates/findings";

test.each([
  [
    "a first install has nothing to go back to",
    step(undefined, "1.1.0"),
    "First install of 1.1.0. Going back: there is no earlier release; removing the stack undoes the install.",
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
    "S-35, S-48: a rollback within a major leaves the database",
    step("1.2.0", "1.1.0"),
    "Rollback from 1.2.0 to 1.1.0 within major 1: programs only. The database stays at its schema; migrations are forward-compatible within a major (guide, Breaking Changes Policy). Going back: set the version to 1.2.0; programs only, no restore.",
  ],
  [
    "S-35, S-44: a rollback across a major names the backup that it needs",
    step("2.0.0", "1.9.0"),
    "Rollback from 2.0.0 to 1.9.0 across a major: the database has to go back too, to the backup that was taken before 2.0.0; what was written since then is lost. Going back: the upgrade to 2.0.0 again, with its backup and its consents.",
  ],
  [
    "an upgrade that was cut off is named, with what runs and what was verified",
    planUpgrade({ wanted: "1.2.0", verified: "1.1.0", running: ["1.1.0", "1.2.0"] }),
    "Minor upgrade from 1.1.0 to 1.2.0. An earlier upgrade did not finish: 1.1.0 and 1.2.0 run side by side, 1.1.0 was verified last. Going back: set the version to 1.1.0; programs only, no restore.",
  ],
  [
    "an image without a version is named as such",
    planUpgrade({ wanted: "1.2.0", running: ["latest"] }),
    "First install of 1.2.0. Not verified by this stack yet: an image without a version runs. Going back: there is no earlier release; removing the stack undoes the install.",
  ],
])("%s", (_, plan, text) => {
  expect(describePlan(plan)).toBe(text);
});
