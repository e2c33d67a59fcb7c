import { counted } from "../counted";
import { headName } from "./head-name";
import { generation, type Plan } from "./plan";
import type { DumpFacts, RestoreNeed, Risk } from "./restore-need";

/** A need of a downgrade. */
type Descending = Extract<RestoreNeed, { readonly kind: "downgrade" }>;

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
      return `Rollback ${path} within major ${generation(to)}: ${restore === undefined ? WITHIN_MAJOR : descent(restore, to)}${asItIs(cameBack)}`;
    case "rollback-across-major":
      return `Rollback ${path} across a major: ${restore === undefined ? "" : descent(restore, to)}${asItIs(cameBack)}`;
  }
}

const WITHIN_MAJOR =
  "programs only. The database stays at its schema; migrations are forward-compatible within a major (guide, Breaking Changes Policy).";

const asItIs = (cameBack: Plan["cameBack"]): string =>
  cameBack === undefined
    ? ""
    : ` It waits for no dump and needs nothing from the database; its schema was at ${headName(cameBack.schemaHead)} on ${cameBack.seenAt}.`;

/** What becomes of the database on the way back (S-44). */
function descent(need: RestoreNeed, to: string): string {
  switch (need.kind) {
    case "no":
      return `programs only; ${need.why}.`;
    case "restore":
      return `the database has to go back too, to ${describeDump(need.dump)}. ${describeRisk(need.risk)}.`;
    case "downgrade":
      return `the image of ${need.image} takes the schema down to ${need.revision} first; nothing may write to the database until ${to} serves. ${describeDeleted(need)}.`;
    case "impossible":
      return `there is no way back by this program; ${need.why}.`;
    case "unknown":
      return `whether the database has to go back too is not known; ${need.reason}.`;
  }
}

/** `smoltbot-prod-...dump.zst, taken at 2026-01-02T03:04:05.000Z before 2.0.0, with 14002 rows` */
export const describeDump = ({ file, takenAt, release, rows }: DumpFacts): string =>
  `${file}, taken at ${takenAt} before ${release}, with ${counted(rows, "row")}`;

/** What a downgrade deletes, with its size, as a sentence without its full stop. */
export function describeDeleted({ deletes, comesBackEmpty, rows }: Descending): string {
  const empty =
    comesBackEmpty.length === 0 ? "" : `; ${comesBackEmpty.join(" and ")} come back empty`;
  if (deletes.length === 0) return `No row is deleted${empty}`;
  const saved = "which are saved to a file beside the dumps first";
  if (!rows.countable)
    return `It deletes the rows of ${deletes.join(", ")}, ${saved}; how many could not be counted: ${rows.reason}${empty}`;
  if (rows.total === 0) return `It deletes ${deletes.join(", ")}, which hold no row${empty}`;
  const counts = rows.tables.map(({ name, rows: count }) => `${name} ${count}`);
  return `It deletes ${counted(rows.total, "row")} (${counts.join(", ")}), ${saved}${empty}`;
}

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
    case "downgrade":
      return `Going back: set the version to ${back} with a consent to the downgrade; the image of ${wayBack.image} then takes the schema down to ${wayBack.revision} while nothing may write to the database${gone(wayBack.deletes)}.`;
    case "unknown":
      return `Going back: not known; ${wayBack.reason}.`;
    case "upgrade-again":
      return `Going back: the upgrade to ${from ?? "it"} again, with its backup and its consents.`;
  }
}

const gone = (tables: readonly string[]): string =>
  tables.length === 0
    ? ""
    : `, and the rows that ${tables.join(", ")} hold by then are saved to a file and deleted`;
