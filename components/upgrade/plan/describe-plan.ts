import { counted } from "../counted";
import { headName } from "./head-name";
import { generation, type Plan } from "./plan";
import type { DumpFacts, RestoreNeed, Risk } from "./restore-need";

/** Says in plain sentences what the plan does, whether an earlier one was cut off, and what going back would take. */
export const describePlan = (plan: Plan): string =>
  [action(plan), ...unfinished(plan), ...doubtful(plan), verdict(plan)].join(" ");

const doubtful = ({ doubt }: Plan): readonly string[] =>
  doubt === undefined ? [] : [`Where the schema came from is not known: ${doubt.reason}.`];

function action({ change, from, to, restore, cameBack }: Plan): string {
  const path = `from ${from ?? "nothing"} to ${to}`;
  switch (change) {
    case "install":
      return `First install of ${to}.`;
    case "none":
      return `Release ${to} stays.`;
    case "patch":
      return `Patch upgrade ${path}.`;
    case "minor":
      return `Minor upgrade ${path}.`;
    case "major":
      return `Major upgrade ${path}.`;
    case "rollback":
      return `Rollback ${path} within major ${generation(to)}: programs only. The database stays at its schema; migrations are forward-compatible within a major (guide, Breaking Changes Policy).${cameBack === undefined ? "" : ` It waits for no dump and needs nothing from the database; its schema was at ${headName(cameBack.schemaHead)} on ${cameBack.seenAt}.`}`;
    case "rollback-across-major":
      return `Rollback ${path} across a major: ${restore === undefined ? "" : descent(restore)}`;
  }
}

/** What becomes of the database on the way back across a major (S-44). */
function descent(need: RestoreNeed): string {
  switch (need.kind) {
    case "no":
      return `programs only; ${need.why}.`;
    case "restore":
      return `the database has to go back too, to ${describeDump(need.dump)}. ${describeRisk(need.risk)}.`;
    case "impossible":
      return `there is no way back by this program; ${need.why}.`;
    case "unknown":
      return `whether the database has to go back too is not known; ${need.reason}.`;
  }
}

/** `smoltbot-prod-...dump.zst, taken at 2026-01-02T03:04:05.000Z before 2.0.0, with 14002 rows` */
export const describeDump = ({ file, takenAt, release, rows }: DumpFacts): string =>
  `${file}, taken at ${takenAt} before ${release}, with ${counted(rows, "row")}`;

/** What a restore loses, with its size, as a sentence without its full stop. */
export function describeRisk(risk: Risk): string {
  if (!risk.countable)
    return `What was written since then would be lost; how much could not be counted: ${risk.reason}`;
  if (risk.total === 0) return "No row was written since then; rows deleted since would come back";
  const tables = risk.tables.map(({ name, rows }) => `${name} ${rows}`).slice(0, 5);
  return `${counted(risk.total, "row")} written since then would be lost (${tables.join(", ")})`;
}

function unfinished({ unfinished, verified, running }: Plan): readonly string[] {
  if (!unfinished) return [];
  const [first = "an image without a version", ...others] = running;
  const live = others.length === 0 ? `${first} runs` : `${running.join(" and ")} run side by side`;
  return verified === undefined
    ? [`Not verified by this stack yet: ${live}.`]
    : [`An earlier upgrade did not finish: ${live}, ${verified} was verified last.`];
}

function verdict({ wayBack, verified, from, to, doubt }: Plan): string {
  const back = verified ?? from ?? to;
  if (doubt !== undefined) return "Going back: not known before that is.";
  switch (wayBack.kind) {
    case "nothing-to-undo":
      return from === undefined
        ? "Going back: there is no earlier release; docs/removing-a-gateway.md says how to take the install away, and what that leaves."
        : "Going back: nothing to undo.";
    case "programs-only":
      return `Going back: set the version to ${back}; programs only, no restore.`;
    case "restore":
      return wayBack.hindrances.length === 0
        ? `Going back: set the version to ${back} and restore the backup of this upgrade; what is written after it would be lost.`
        : `Going back: not by this role, which could not restore the backup of this upgrade: ${wayBack.hindrances.join("; ")}.`;
    case "upgrade-again":
      return `Going back: the upgrade to ${from ?? "it"} again, with its backup and its consents.`;
  }
}
