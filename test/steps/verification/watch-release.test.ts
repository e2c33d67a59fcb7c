import { setTimeout as pause } from "node:timers/promises";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { sendProbes } from "../../../components/steps/verification/ask-instances";
import { watchRelease } from "../../../components/steps/verification/watch-release";
import type { Platform } from "../../../components/upgrade/platform";
import { verificationTask } from "../verification-task";

/** As a daemon that was killed: each question fails, and none of them at the same time as another. */
const away = {
  ask: () => Promise.reject(new Error("the daemon is away")),
  look: () => pause(200).then(() => Promise.reject(new Error("the daemon does not answer"))),
} as unknown as Platform;
const task = verificationTask({ seconds: 0.6, requests: 6 });

/** Errors that would have ended the process, since nobody waited for them. */
let fatal: unknown[];

beforeEach(() => {
  fatal = [];
  const note = (error: unknown) => fatal.push(error);
  process.on("unhandledRejection", note);
  onTestFinished(() => void process.off("unhandledRejection", note));
});

test("a request that cannot be sent is told once all were sent, and does not end the process before (S-20)", async () => {
  const never = new AbortController().signal;
  const sent = sendProbes(away, task, () => undefined, never);
  await expect(sent).rejects.toThrow("the daemon is away");
  expect(fatal).toEqual([]);
});

test("a watch whose instances cannot be asked any more ends with the words of its look (S-20, S-50)", async () => {
  const io = { env: {}, say: () => undefined };
  const traffic = {
    judge: () => Promise.reject(new Error("nobody is judged")),
    baseline: undefined,
  };
  const watched = watchRelease(away, task, io, { traffic, restarts: new Map() });
  await expect(watched).rejects.toThrow("the daemon does not answer");
  expect(fatal).toEqual([]);
});

test("a watch whose requests alone cannot be sent ends with their words (S-20)", async () => {
  const seen = { ...away, look: () => Promise.resolve({ state: "done", instances: [] }) };
  const io = { env: {}, say: () => undefined };
  const traffic = { judge: () => Promise.resolve({}), baseline: undefined };
  const watched = watchRelease(seen as unknown as Platform, task, io, {
    traffic: traffic as never,
    restarts: new Map(),
  });
  await expect(watched).rejects.toThrow("the daemon is away");
  expect(fatal).toEqual([]);
});
