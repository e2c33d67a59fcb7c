import type { Finding } from "./finding";

/**
 * One question to what a gateway is to be and to what was found of it, answered before anything is touched (law 3). It belongs to the list
 * of its owner: gates that hold everywhere, those of a target and those of a product.
 */
export interface Gate<Input> {
  /** Kebab-case, the same as its file: `version-policy`. */
  readonly name: string;
  /** Ends with a question mark. */
  readonly question: string;
  /**
   * Takes from the input what the gate looks at.
   *
   * @param all - the inputs of all gateways of the stack, this one among them
   */
  readonly ask: (input: Input, all: readonly Input[]) => readonly Finding[];
}

/** What all of the gates say about one gateway, at once. */
export const askGates = <Input>(
  gates: readonly Gate<Input>[],
  input: Input,
  all: readonly Input[],
): readonly Finding[] => gates.flatMap(({ ask }) => ask(input, all));
