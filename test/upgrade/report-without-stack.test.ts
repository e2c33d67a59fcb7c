import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { reportWithoutStack } from "../../components/upgrade/report-without-stack";

const failureOf = async (error: unknown): Promise<Error> => {
  try {
    await reportWithoutStack(() => Promise.reject(error as Error))();
  } catch (told) {
    return told as Error;
  }
  throw new Error("nothing was thrown");
};

test("a program that succeeds gives what it gives", async () => {
  await expect(reportWithoutStack(() => Promise.resolve(7))()).resolves.toBe(7);
});

test("an unexpected error is told by its message alone, without a stack that the host would format for half a minute", async () => {
  const told = await failureOf(new Error("helm was not found"));
  expect(pulumi.RunError.isInstance(told)).toBe(true);
  expect(told.message).toBe("helm was not found");
  expect(told.stack).toBe("");
});

test("an error with words of its own stays what it is", async () => {
  const refusal = new pulumi.RunError("2 faults");
  expect(await failureOf(refusal)).toBe(refusal);
  expect(refusal.stack).toBe("");
});

test("a thrown thing that is no error is told all the same", async () => {
  expect((await failureOf("odd")).message).toBe("odd");
});
