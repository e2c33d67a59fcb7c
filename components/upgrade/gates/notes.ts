import { gate, type Finding } from "../finding";
import type { Plan } from "../plan";

const { pass, block } = gate("notes");

/**
 * Lets a major in only after somebody has read what it asks for (S-01, S-47). A minor's notes are the version policy's to recall, a
 * patch may be taken unread, going back needs none.
 *
 * Source: smoltbot guide, "Breaking Changes Policy".
 */
export function notes({
  plan,
  notesRead,
  at,
}: {
  readonly plan: Plan;
  /** The release whose notes were read. */
  readonly notesRead?: string | undefined;
  /** Config path of the word that they were read. */
  readonly at: string;
}): readonly Finding[] {
  if (plan.change !== "major") {
    return [pass({ at, found: `${plan.change}, ${plan.to}: no notes of a major to read` })];
  }
  if (notesRead === plan.to) return [pass({ at, found: `notes of ${plan.to} are read` })];
  return [
    block({
      at,
      found: notesRead === undefined ? "no notes read" : `notes of ${notesRead} read`,
      expected: `notes of ${plan.to} read, a major`,
      fix: `read the notes of ${plan.to}, then set notesRead: "${plan.to}" in the stack file`,
    }),
  ];
}
