import { expect, test } from "vitest";
import { migration } from "../../../components/kubernetes/platform/migration";
import { clientOf } from "../client-of";

const name = "migrate";

/** Starts a suspended Job of that status. @returns the calls that change something */
async function start(status: object): Promise<readonly string[]> {
  const calls: string[] = [];
  let job: object | undefined = { metadata: { name }, spec: { suspend: true }, status };
  const client = clientOf((_, call) => {
    if (call === undefined) return job;
    const { method = "GET", body } = call;
    if (method === "GET") return job;
    calls.push(`${method} ${JSON.stringify((body as { spec?: object }).spec ?? {})}`);
    job = method === "DELETE" ? undefined : (body as object);
    return job;
  });
  const asked = { name, instance: "smoltbot", manifest: undefined };
  const limits = { unschedulableWithinSeconds: 60 };
  await migration(client, "smoltbot", { ...asked, ...limits }, undefined).start();
  return calls;
}

test("a Job that has never begun is let go on", async () => {
  expect(await start({})).toEqual(['PATCH {"suspend":false}']);
});

test("a Job that has begun before it was suspended is made anew: its deadline counts from its first start, and would end it at once (S-27)", async () => {
  const calls = await start({ startTime: "2026-01-01T00:00:00Z" });
  expect(calls).toEqual([
    "DELETE {}",
    'POST {"suspend":false,"template":{"metadata":{"labels":{}}}}',
  ]);
});
