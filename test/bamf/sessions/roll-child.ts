import { oneByOneSchema } from "../../../components/steps/rollout-input";
import { rollOneByOne } from "../../../components/steps/rollout/roll-one-by-one";
import type { Platform } from "../../../components/upgrade/platform";
import { holderCommand } from "./stage-platform";

/** A roll in a process of its own, so that it can be killed: what it asks of its platform goes to its parent. */
const waiting = new Map<number, (answer: { readonly value?: unknown }) => void>();
let number = 0;
const ask = (call: string, ...args: unknown[]): Promise<never> =>
  new Promise((resolve) => {
    number += 1;
    waiting.set(number, ({ value }) => {
      resolve(value as never);
    });
    process.send?.({ number, call, args });
  });

process.on(
  "message",
  (message: { number?: number; value?: unknown; task?: unknown; workload?: string }) => {
    if (message.number !== undefined) waiting.get(message.number)?.(message);
    else void roll(message.task, message.workload);
  },
);

async function roll(task: unknown, workload = "bamf-bridge"): Promise<void> {
  const platform = {
    runningImages: (...args: unknown[]) => ask("runningImages", ...args),
    look: (...args: unknown[]) => ask("look", ...args),
    ask: (...args: unknown[]) => ask("ask", ...args),
    log: (...args: unknown[]) => ask("log", ...args),
    oneByOne: () => ({
      waiting: () => ask("waiting"),
      replace: (...args: unknown[]) => ask("replace", ...args),
    }),
    findContainer: () =>
      Promise.resolve({
        words: "pod bamf/bamf-api-a",
        command: ([, ...args]: readonly string[]) =>
          holderCommand("/usr/bin/python3", args, process.ppid),
        reachFix: "see why it has ended",
      }),
  } as unknown as Platform;
  const io = { env: process.env, say: (line: string) => void process.send?.({ said: line }) };
  await rollOneByOne(platform, workload, oneByOneSchema.parse(task), io);
  process.disconnect();
}
