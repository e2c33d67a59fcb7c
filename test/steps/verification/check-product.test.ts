import { expect, test } from "vitest";
import { checksOf } from "../../../components/checks";
import { checkProduct } from "../../../components/steps/verification/check-product";
import { memoryPlatform } from "../memory-platform";

const { platform } = memoryPlatform();

test("what a product finds wrong with itself speaks against its release, and what it has seen is said", async () => {
  const said: string[] = [];
  const io = { env: {}, say: (line: string) => void said.push(line) };
  const checks = { kind: "tea", options: { pots: 2 } };
  const faults = await checkProduct(platform, { checks }, io, () =>
    Promise.resolve((_platform, { pots }) =>
      Promise.resolve({ faults: ["the tea is cold"], said: [`${String(pots)} pots`] }),
    ),
  );
  expect(faults).toEqual([{ kind: "health", text: "the tea is cold" }]);
  expect(said).toEqual(["2 pots"]);
});

test("a product without checks of its own is asked nothing", async () => {
  const io = { env: {}, say: () => undefined };
  expect(await checkProduct(platform, { checks: undefined }, io)).toEqual([]);
});

test("checks of a kind that nobody knows fail the verification", () => {
  expect(() => checksOf("tea")).toThrow('there are no checks of the kind "tea"');
});
