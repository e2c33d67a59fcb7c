import { expect, test } from "vitest";
import { drawSequences, tableOf } from "./lab/draw";
import { inWords } from "./lab/operation";

/** Enough for a few sequences; `npm run operators` plays for as long as one likes. */
const MINUTES = Number(process.env["OPERATORS_MINUTES"] ?? 4);

test("whatever operators do to a real gateway for four minutes, no law is broken (I1 to I7)", async () => {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const seed = Number(process.env["OPERATORS_SEED"] ?? Date.now() % 2 ** 31);
  say(`operators: seed ${seed}, ${MINUTES} minutes`);
  const drawn = await drawSequences({ seed, minutes: MINUTES }, say);
  tableOf(drawn).forEach(say);
  expect(drawn.found?.operations.map(inWords), drawn.found?.broken.join("\n")).toBeUndefined();
});
