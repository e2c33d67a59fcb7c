import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Lab } from "./lab";
import { startLoad } from "./load";
import { until } from "./until";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gateways-load-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A load generator that says these lines while it runs and ends like the real one. */
async function generator(...lines: readonly string[]): Promise<Lab> {
  const binary = join(folder, "product");
  const said = lines.map((line) => `echo '${line}' >&2`).join("\n");
  const end = `trap 'echo "{\\"sent\\":9,\\"failed\\":1,\\"resent\\":2,\\"slowestMs\\":7,\\"byError\\":{\\"closed\\":1}}"; exit 0' TERM`;
  await writeFile(binary, `#!/bin/sh\n${end}\n${said}\nwhile :; do sleep 0.05; done\n`);
  await chmod(binary, 0o755);
  return { binary } as Lab;
}

test("the first request that fails is noticed when it fails, and progress is no failure", async () => {
  const bad = "load: due at 1.250 s, failed after 3 ms: status 500: status 500";
  const began = Date.now();
  const load = startLoad(await generator("load: 1 s, 50 sent, 0 failed", bad), "http://a", 50);
  await until("a failure", () => load.firstFailure() !== undefined, { seconds: 10 });
  const first = load.firstFailure() ?? 0;
  expect(first).toBeGreaterThanOrEqual(began);
  expect(await load.stop()).toEqual({
    sent: 9,
    failed: 1,
    resent: 2,
    slowestMs: 7,
    byError: { closed: 1 },
  });
  expect(load.firstFailure()).toBe(first);
});
