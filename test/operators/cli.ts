import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { argv, stdout } from "node:process";
import { parseArgs } from "node:util";
import { labDown, labState, labUp } from "../lab/lab";
import { drawSequences, tableOf } from "./lab/draw";
import { inWords, type Operation } from "./lab/operation";
import { operatedProduct, type ProductName } from "./lab/product";

const say = (line: string): void => {
  stdout.write(`${line}\n`);
};

/** `npm run operators -- --product bamf --minutes 60 --seed 7`, or `--target docker`: drawn sequences on the real lab; exit 1 where one breaks a law. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    args: argv.slice(2),
    options: {
      product: { type: "string", default: "smoltbot" },
      target: { type: "string", default: "kubernetes" },
      minutes: { type: "string", default: "10" },
      seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    },
  });
  const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
  if (!(minutes > 0) || !Number.isInteger(seed))
    throw new Error(
      `found --minutes ${values.minutes} --seed ${values.seed}; expected minutes above 0 and a whole seed`,
    );
  const product = operatedProduct(values.product, values.target);
  const ranBefore = (await labState()).daemons.some(({ pid }) => pid !== undefined);
  await labUp(say);
  try {
    say(`operators of ${product}: seed ${seed}, ${minutes} minutes`);
    const drawn = await drawSequences({ product, seed, minutes }, say);
    const operations = [...drawn.counts.values()].reduce((sum, times) => sum + times, 0);
    say(`\n${tableOf(drawn).join("\n")}`);
    say(`\n${drawn.sequences} sequences, ${operations} operations, seed ${seed}`);
    if (drawn.found === undefined) {
      say("no law was broken");
      return;
    }
    const { broken } = drawn.found;
    const file = await writeTest(product, drawn.found.operations, { broken, seed });
    say(`\nbroken: ${broken.join("; ")}\nby: ${drawn.found.operations.map(inWords).join("; ")}`);
    say(`it is a test now: ${file}`);
    process.exitCode = 1;
  } finally {
    if (!ranBefore) await labDown(say);
  }
}

/** Keeps a sequence as a test that fails until the law holds. */
async function writeTest(
  product: ProductName,
  operations: readonly Operation[],
  { broken, seed }: { readonly broken: readonly string[]; readonly seed: number },
): Promise<string> {
  const folder = join(import.meta.dirname, "found");
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${product}-seed-${seed}.lab.test.ts`);
  const title = JSON.stringify(
    `a ${product} whose operator does this keeps the laws: ${operations.map(inWords).join("; ")}`,
  );
  await writeFile(
    file,
    `import { expect, test } from "vitest";
import type { Operation } from "../lab/operation";
import { play } from "../lab/play";

// It broke: ${broken.join("; ").replaceAll("\n", " ")}
const OPERATIONS: readonly Operation[] = ${JSON.stringify(operations, null, 2)};

test(${title}, async () => {
  const { broken } = await play("${product}", OPERATIONS, () => undefined);
  expect(broken).toEqual([]);
});
`,
  );
  return file;
}

main().catch((error: unknown) => {
  say(`operators failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
