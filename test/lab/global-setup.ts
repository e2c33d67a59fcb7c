import { labDown, labState, labUp } from "./lab";

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** Starts the lab for the tests that need it; takes it down after them if they started it and `LAB_KEEP` is unset. */
export default async function setup(): Promise<() => Promise<void>> {
  const found = (await labState()).daemons.some(({ pid }) => pid !== undefined);
  await labUp(say);
  return async () => {
    if (!found && process.env["LAB_KEEP"] === undefined) await labDown(say);
  };
}
