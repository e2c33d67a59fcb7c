import { expect, test } from "vitest";
import { once } from "../../components/upgrade/once";

test("a question is asked once, however often and by whomever, and every answer is the same", async () => {
  const asked: (readonly string[])[] = [];
  const ask = once((question: readonly string[]) => {
    asked.push(question);
    return Promise.resolve(question.join());
  });
  expect(await Promise.all([ask(["a", "b"]), ask(["a", "b"]), ask(["c"])])).toEqual([
    "a,b",
    "a,b",
    "c",
  ]);
  expect(asked).toEqual([["a", "b"], ["c"]]);
});

test("a question that failed has failed for everybody", async () => {
  let times = 0;
  const ask = once(() => Promise.reject(new Error(`failure ${(times += 1)}`)));
  await expect(ask("a")).rejects.toThrow("failure 1");
  await expect(ask("a")).rejects.toThrow("failure 1");
});
