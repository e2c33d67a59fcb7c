import { expect, test } from "vitest";
import { drawSequences, tableOf } from "./lab/draw";
import { inWords } from "./lab/operation";
import { operatedProduct } from "./lab/product";

const PRODUCT = operatedProduct(
  process.env["OPERATORS_PRODUCT"] ?? "smoltbot",
  process.env["OPERATORS_TARGET"],
);
/** Enough for a few sequences of smoltbot, or for one of BAMF, which is played to its end; `npm run operators` plays for as long as one likes. */
const MINUTES = Number(
  process.env["OPERATORS_MINUTES"] ?? { smoltbot: 4, bamf: 1, "smoltbot-docker": 4 }[PRODUCT],
);
/** The same sequences in each run of the tests: what is found by others is found by `npm run operators`, and not by whoever changes something else. */
const SEED = Number(
  process.env["OPERATORS_SEED"] ??
    { smoltbot: 540_387_987, bamf: 6, "smoltbot-docker": 12 }[PRODUCT],
);

/** A sequence that breaks a law is then shortened for as long again. One of BAMF takes some minutes. */
const timeout = (3 * MINUTES + { smoltbot: 10, bamf: 30, "smoltbot-docker": 15 }[PRODUCT]) * 60_000;

test(
  "whatever operators do to a real gateway, no law is broken (I1 to I7)",
  { timeout },
  async () => {
    const say = (line: string) => process.stderr.write(`${line}\n`);
    say(`operators of ${PRODUCT}: seed ${SEED}, ${MINUTES} minutes`);
    const drawn = await drawSequences({ product: PRODUCT, seed: SEED, minutes: MINUTES }, say);
    tableOf(drawn).forEach(say);
    expect(drawn.found?.operations.map(inWords), drawn.found?.broken.join("\n")).toBeUndefined();
  },
);
