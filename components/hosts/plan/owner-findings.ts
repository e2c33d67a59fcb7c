import type { Answer, Finding, Objection } from "../../upgrade/finding";
import type { Consent } from "../../upgrade/plan/consent";
import { ownerInWords, ownershipOf, type Claim, type OwnerNote } from "./owner";

/** A consent to take over what another stack keeps. */
export interface TakeOverConsent extends Consent {
  /** `project/stack`, as its note has it. */
  readonly stack: string;
}

/** A program at its place, and whose it is. */
export interface OwnedPlace {
  readonly at: string;
  readonly owner: OwnerNote | undefined;
  /** True if it is at the wanted release. */
  readonly isThere: boolean;
  /** Path of the note. */
  readonly note: string;
}

/** What is asked of all of them. */
export interface OwnerQuestion {
  readonly claim: Claim;
  readonly consent: TakeOverConsent | undefined;
  /** Config path of the consent. */
  readonly consentAt: string;
}

/** What a gate says by; see `gate()`. */
interface Speaker {
  readonly pass: (answer: Answer) => Finding;
  readonly warn: (objection: Objection) => Finding;
  readonly block: (objection: Objection) => Finding;
}

/**
 * Tells of each program that another stack keeps by its note: of two that name one, each would put back what the other has put there. One pass if there is none.
 *
 * @param places - none if nobody could look, of which other gates speak
 * @param at - all of them, in words
 */
export function ownerFindings(
  places: readonly OwnedPlace[],
  at: string,
  question: OwnerQuestion,
  { pass, warn, block }: Speaker,
): readonly Finding[] {
  if (places.length === 0) return [];
  const findings = places.flatMap((place) => ofPlace(place, question, { warn, block }));
  if (findings.length > 0) return findings;
  const { stack } = question.claim;
  const isFree = places.some(({ owner }) => owner === undefined);
  return [
    pass({ at, found: isFree ? `no note of another stack; ${stack} notes itself` : `of ${stack}` }),
  ];
}

function ofPlace(
  { at, owner, isThere, note }: OwnedPlace,
  { claim, consent, consentAt }: OwnerQuestion,
  { warn, block }: Pick<Speaker, "warn" | "block">,
): readonly Finding[] {
  const ownership = ownershipOf(owner, claim);
  if (owner === undefined || ownership === "own" || ownership === "free") return [];
  const found = `kept by ${ownerInWords(owner)}`;
  if (ownership === "taken")
    return [
      warn({
        at,
        found: `${found}; taken over, with the operator's consent: ${consent?.reason ?? ""}`,
        expected: "one stack that keeps it",
        fix: `take it out of the stack file of ${owner.stack}; remove the consent from this one once the release is verified`,
      }),
    ];
  if (isThere)
    return [
      warn({
        at,
        found: `${found}, and at the wanted release`,
        expected: "one stack that keeps it: the next change by this one is refused",
        fix: "take it out of one of the two stack files",
      }),
    ];
  return [
    block({
      at,
      found,
      expected: `${claim.stack}, or nobody: each of the two would put back what the other has put there`,
      fix: `take it out of one of the two stack files; if it is no longer in that of ${owner.stack}, remove ${note} or consent at ${consentAt}`,
    }),
  ];
}
