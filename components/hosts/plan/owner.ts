import { valueOf, type HostLines } from "../facts/host-lines";

/** What a note on a machine says of the stack that keeps a program there at a release. */
export interface OwnerNote {
  /** `project/stack`; {@link UNKNOWN} of a note that nobody can read. */
  readonly stack: string;
  /** The release to which that stack was about to bring it last. */
  readonly release: string;
  /** When it has said so, in milliseconds since 1970, by the clock of that machine. */
  readonly at: number | undefined;
}

/** Who asks for a program, and whose it may take. */
export interface Claim {
  /** `project/stack`, as it was called at its first `up`. */
  readonly stack: string;
  /** The stack that the operator has consented to take it from, for this release. @defaultValue none */
  readonly takeOver?: string | undefined;
}

/** Stands for the stack of a note that nobody can read. */
export const UNKNOWN = "unknown";

/**
 * Whose a program is. `free`: no note says so, which proves nothing of whoever may have put it there; `own`; `taken`: another stack's, with a consent; `another`.
 */
export type Ownership = "free" | "own" | "taken" | "another";

/** Tells whose it is. */
export function ownershipOf(note: OwnerNote | undefined, { stack, takeOver }: Claim): Ownership {
  if (note === undefined) return "free";
  if (note.stack === stack) return "own";
  return note.stack === takeOver ? "taken" : "another";
}

/** The text of a note. */
export const noteText = (stack: string, release: string, now: number): string =>
  `stack=${stack}\nrelease=${release}\nat=${Math.floor(now / 1000)}\n`;

/** Reads a note. @param prefix - of its names, where they stand among others. */
export function ownerNote(lines: HostLines, prefix = ""): OwnerNote {
  const said = (name: string) => valueOf(lines, `${prefix}${name}`);
  const at = Number(said("at") ?? NaN) * 1000;
  return {
    stack: said("stack") ?? UNKNOWN,
    release: said("release") ?? UNKNOWN,
    at: Number.isFinite(at) ? at : undefined,
  };
}

/** `stack gateways/staging, which has it at 0.10.0 since 2026-01-02T03:04:05.000Z` */
export const ownerInWords = ({ stack, release, at }: OwnerNote): string =>
  stack === UNKNOWN
    ? "a stack that its note does not name"
    : `stack ${stack}, which wants ${release} there${at === undefined ? "" : ` since ${new Date(at).toISOString()}`}`;
