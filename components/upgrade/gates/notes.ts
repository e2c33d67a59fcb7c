import { newsOf, type Catalogue, type News } from "../plan/catalogue";
import { gate, type Finding } from "../finding";
import type { Change, Plan } from "../plan/plan";

const { pass, warn, block } = gate("notes");

/** What this gate looks at. */
export interface NotesArgs {
  readonly plan: Plan;
  /** What is known about releases. */
  readonly catalogue: Catalogue;
  /** The release whose notes were read. */
  readonly notesRead?: string | undefined;
  /** Config path of the word that they were read. */
  readonly at: string;
}

/**
 * Lets a major in only after somebody has read what it asks for, and recalls the notes of a minor (S-01, S-46, S-47). What the releases
 * on the way are known to bring is reported until then, of a patch as well (S-06). Going back needs no notes. The one gate that asks for them.
 *
 * Source: smoltbot guide, "Breaking Changes Policy".
 */
export function notes({ plan, catalogue, notesRead, at }: NotesArgs): readonly Finding[] {
  const { change, to } = plan;
  if (notesRead === to) return [pass({ at, found: `notes of ${to} are read` })];
  const news = newsOf(catalogue, plan);
  if (!asksForNotes(change) && news.length === 0)
    return [pass({ at, found: `${change}, ${to}: no notes to read` })];
  const read = notesRead === undefined ? "no notes read" : `notes of ${notesRead} read`;
  const places = [...new Set(news.flatMap((one) => one.notes ?? []))];
  const where = places.length === 0 ? "" : ` (${places.join(", ")})`;
  return [
    (change === "major" ? block : warn)({
      at,
      found: [read, ...news.map(listed)].join("; "),
      expected: `notes of ${to} read, a ${change}`,
      fix: `read the notes of ${to}${where}, then set notesRead: "${to}" in the stack file`,
    }),
  ];
}

const asksForNotes = (change: Change): boolean => change === "major" || change === "minor";

const listed = ({ releases, words }: News): string => `${releases} brings: ${words}`;
