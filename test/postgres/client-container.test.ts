import { expect, test } from "vitest";
import { withClientContainer } from "../../components/postgres/client-container";
import { databaseSourceSchema, type JobSource } from "../../components/postgres/database-source";
import type { Container, ProgramHost } from "../../components/upgrade/platform";

const source = databaseSourceSchema.parse({
  ...{ kind: "job", namespace: "a", name: "smoltbot", image: "postgres:16" },
  secret: { name: "gateway", key: "POSTGRES_URL" },
}) as JobSource;
/** As in a pod whose kubelet hangs. */
const silent: Container = {
  words: "pod a/smoltbot-database-1",
  command: () => ({ file: "sleep", args: ["20"] }),
  reachFix: "grant pods/exec",
};

test("a step that is asked to stop leaves a container of its own that says nothing, so that it can be removed", async () => {
  const stop = new AbortController();
  const begun = Date.now();
  let isRemoved = false;
  const host = {
    runClient: async (_: unknown, work: (container: Container) => Promise<unknown>) => {
      try {
        return await work(silent);
      } finally {
        isRemoved = true;
      }
    },
  } as unknown as ProgramHost;
  const io = { env: process.env, say: () => undefined, signal: stop.signal };
  const running = withClientContainer(source, host, io, () => Promise.resolve());
  setTimeout(() => {
    stop.abort();
  }, 100);
  await expect(running).rejects.toThrow(
    "no program can be started in pod a/smoltbot-database-1: sleep was ended by SIGINT",
  );
  expect(isRemoved).toBe(true);
  expect(Date.now() - begun).toBeLessThan(10_000);
});
