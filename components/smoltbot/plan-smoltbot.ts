import type { Facts } from "../upgrade/facts";
import { unseen, type Look } from "../upgrade/look";
import { planUpgrade, type Plan } from "../upgrade/plan";
import { restoreNeed, schemaAhead, type RestoreQuestion } from "../upgrade/restore-need";
import type { SmoltbotRelease } from "./release";
import { runningVersions } from "./running-versions";

/** Plans from what was verified last, what runs now, and what the database holds. */
export function planSmoltbot({ version, availability }: SmoltbotRelease, facts: Facts): Plan {
  const question = { wanted: version, restore: facts.restore, migrations: migrationsOf(facts) };
  return planUpgrade({
    wanted: version,
    verified: facts.own.seen ? facts.own.value?.version : undefined,
    running: facts.cluster.seen ? runningVersions(facts.cluster.value, availability.selector) : [],
    ahead: schemaAhead(question),
    restore: restoreNeed(question),
  });
}

const migrationsOf = ({ database }: Facts): RestoreQuestion["migrations"] =>
  database === undefined
    ? unseen("only a Job inside of the cluster reaches it, and a preview makes none")
    : database.seen
      ? { seen: true, value: database.value.migrations }
      : (database satisfies Look<never>);
