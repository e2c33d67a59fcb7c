import { expect, test } from "vitest";
import { runSessions } from "../../components/steps/sessions";
import { sessionsInputSchema } from "../../components/steps/sessions-input";
import { memoryPlatform } from "./memory-platform";

test("workloads are held before another release of them is declared, and one that cannot be ends the run (B-08, T-25)", async () => {
  const held: string[] = [];
  const hold = (workload: string) => ({
    hold: () =>
      workload === "stuck"
        ? Promise.reject(new Error("no"))
        : Promise.resolve(void held.push(workload)),
    waiting: () => Promise.reject(new Error("nobody waits here")),
    replace: () => Promise.reject(new Error("nothing is replaced here")),
  });
  const { open } = memoryPlatform([], { oneByOne: hold });
  const io = { env: {}, say: () => undefined };
  const task = (workloads: string[]) => sessionsInputSchema.parse({ namespace: "a", workloads });
  expect(await runSessions(task(["agent"]), io, open)).toEqual({ held: ["agent"] });
  expect(held).toEqual(["agent"]);
  await expect(runSessions(task(["stuck"]), io, open)).rejects.toThrow("no");
});
