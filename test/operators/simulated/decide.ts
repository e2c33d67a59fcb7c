import { hasUndone } from "../../../components/postgres/restore-mark";
import { dumpToGoBackTo } from "../../../components/dumps/dump-to-go-back-to";
import { knowsMajor, lastSeen } from "../../../components/upgrade/plan/came-back";
import { database as databaseGate } from "../../../components/upgrade/gates/database";
import { asksToRestore, restore } from "../../../components/upgrade/gates/restore";
import { schemaOrigin } from "../../../components/upgrade/gates/schema-origin";
import { versionPolicy } from "../../../components/upgrade/gates/version-policy";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { occasionOf } from "../../../components/upgrade/plan/occasion";
import { isSettled, planUpgrade, type Plan } from "../../../components/upgrade/plan/plan";
import {
  restoreNeed,
  schemaAhead,
  type DumpFacts,
} from "../../../components/upgrade/plan/restore-need";
import { schemaDoubt } from "../../../components/upgrade/plan/schema-doubt";
import { downgradeToWarnings } from "../../../components/upgrade/downgrade-to-warnings";
import { judge } from "../../../components/upgrade/verdict";
import { dumpsHere, type Dump, type World } from "./world";

const factsOf = ({ file, database, ...dump }: Dump): DumpFacts => ({
  ...dump,
  file,
  rows: database.rows.length,
});

/** What the program would plan in this world, and the gates that stop it. */
export function decide(world: World): { readonly plan: Plan; readonly stops: readonly string[] } {
  const { file, evidence, serving, database, job } = world;
  const dumps = dumpsHere(world);
  const candidate = dumpToGoBackTo(dumps, file.version);
  const question = {
    wanted: file.version,
    verified: evidence,
    running: serving === undefined ? [] : [serving],
    migrated: job === undefined ? [] : [job],
    migrations: world.silent
      ? unavailable("silent")
      : observed(database.migrations.length === 0 ? undefined : database.migrations),
    restore: observed({
      dumps: dumps.map(factsOf),
      candidate: candidate && factsOf(candidate),
      risk: undefined,
    }),
  };
  const isKnown =
    world.without === "a silent database stops what is not known to be of its major" ||
    knowsMajor(question);
  const live = { running: question.running, stopped: world.stopped };
  const undone = !world.silent && hasUndone(database.mark, database.migrations);
  const plan = planUpgrade({
    wanted: file.version,
    ...(evidence === undefined ? {} : { verified: evidence.version }),
    running: question.running,
    ahead: schemaAhead(question),
    restore: restoreNeed(question),
    schema: evidence !== undefined && isKnown ? lastSeen(evidence) : undefined,
    cameBack: evidence?.cameBack,
    ...(world.without === "what was moved asks for a rollout and a verification"
      ? {}
      : { occasion: occasionOf({ ...question, undone, live }) }),
    ...(world.without === "a schema of unknown origin stops"
      ? {}
      : { doubt: schemaDoubt(question) }),
  });
  const reason = "drawn";
  const restoredFrom = world.silent ? undefined : (database.mark?.dump ?? "");
  const silence = unavailable("silent");
  const findings = [
    ...(world.silent
      ? databaseGate({ database: silence, lastDump: undefined, plan, at: "url" })
      : []),
    versionPolicy({
      plan,
      at: "version",
      consent: file.major && { release: file.major, reason },
    }),
    restore({
      plan:
        world.without === "a restore that nothing needs is refused" && plan.restore === undefined
          ? { ...plan, to: "another release" }
          : plan,
      consent: file.restore && { ...file.restore, reason },
      restoredFrom,
      at: "consents",
    }),
    schemaOrigin({
      plan,
      consent:
        file.schema === undefined
          ? undefined
          : { release: file.version, head: file.schema, reason },
      at: "consents",
    }),
  ].flat();
  const consent = file.restore && { ...file.restore, reason };
  const unchanged =
    evidence?.version === file.version && !asksToRestore({ plan, consent, restoredFrom });
  const answers = isSettled(plan) && unchanged ? downgradeToWarnings(findings) : findings;
  return { plan, stops: judge(answers, { phase: "up" }).map(({ gate }) => gate) };
}
