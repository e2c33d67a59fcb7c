import { expect, test } from "vitest";
import { drawSequences, tableOf } from "./lab/draw";
import { inWords } from "./lab/operation";

/** Enough for a few sequences; `npm run operators` plays for as long as one likes. */
const MINUTES = Number(process.env["OPERATORS_MINUTES"] ?? 4);
/** The same sequences in each run of the tests: what is found by others is found by `npm run operators`, and not by whoever changes something else. */
const SEED = Number(process.env["OPERATORS_SEED"] ?? 540_387_987);

/** A sequence that breaks a law is then shortened for as long again. */
const timeout = (3 * MINUTES + 10) * 60_000;

test(
  "whatever operators do to a real gateway, no law is broken (I1 to I7)",
  { timeout },
  async () => {
    const say = (line: string) => process.stderr.write(`${line}\n`);
    say(`operators: seed ${SEED}, ${MINUTES} minutes`);
    const drawn = await drawSequences({ seed: SEED, minutes: MINUTES }, say);
    tableOf(drawn).forEach(say);
    expect(drawn.found?.operations.map(inWords), drawn.found?.broken.join("\n")).toBeUndefined();
  },
);
