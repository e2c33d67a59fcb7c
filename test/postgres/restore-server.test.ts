import { expect, test } from "vitest";
import { startClient } from "../../components/postgres/client";
import type { Database } from "../../components/postgres/database";
import { withServer } from "../../components/postgres/restore-server";

/** As a server that was stopped: it accepts a connection, and then says nothing. */
const silent: Database = {
  name: "shop",
  words: "database shop at db:5432",
  start: (_, __, signal) =>
    startClient({ file: "sleep", args: ["20"], env: process.env, redact: (said) => said, signal }),
  on: () => silent,
};

test("a step that is asked to stop waits for no server that says nothing", async () => {
  const stop = new AbortController();
  const begun = Date.now();
  const work = withServer(silent, "gateways restore 1.2.0", stop.signal, () => Promise.resolve());
  setTimeout(() => {
    stop.abort();
  }, 100);
  await expect(work).rejects.toThrow("nothing but database shop at db:5432 lets us in");
  expect(Date.now() - begun).toBeLessThan(10_000);
});
