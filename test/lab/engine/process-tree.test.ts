import { spawn } from "node:child_process";
import { once } from "node:events";

import { expect, test } from "vitest";

import { isAlive } from "../process-identity";
import { until } from "../until";

import { killAll, processTree } from "./process-tree";

test("a process, its children and their children are found and killed, and nothing else", async () => {
  const script = "sh -c 'sleep 300 & sleep 300; :' & wait";
  const root = spawn("sh", ["-c", script], { stdio: "ignore" });
  const other = spawn("sleep", ["300"], { stdio: "ignore" });
  try {
    const size = 4;
    await until("the tree is grown", async () => (await processTree(root.pid!)).length === size, {
      seconds: 20,
    });
    const tree = await processTree(root.pid!);
    expect(tree[0]?.pid).toBe(root.pid);
    const ended = once(root, "exit");
    await killAll(tree);
    await ended;
    await until(
      "all are gone",
      async () => !(await Promise.all(tree.map(isAlive))).includes(true),
      {
        seconds: 20,
      },
    );
    expect(other.exitCode).toBeNull();
  } finally {
    other.kill("SIGKILL");
  }
});
