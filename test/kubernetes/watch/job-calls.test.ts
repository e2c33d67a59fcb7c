import { text } from "node:stream/consumers";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { openCluster } from "../../../components/kubernetes/api/client";
import { retryingClient } from "../../../components/kubernetes/api/retrying-client";
import { makeJob, removeJob } from "../../../components/kubernetes/watch/job-calls";
import { clientOf } from "../client-of";
import { kubeconfigFor } from "../stand-in-api";

const place = { namespace: "smoltbot", name: "migrate" };
const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "migrate" }, spec: {} };

/** An API server that keeps Jobs and loses its answer to the first one that is made. */
async function make(there: readonly string[], losesAnswer: boolean) {
  const jobs = new Map<string, object>(there.map((name) => [name, { metadata: { name } }]));
  let calls = 0;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const name = request.url?.split("/").at(-1) ?? "";
      if (request.method === "GET") {
        const found = jobs.get(name);
        response.writeHead(found === undefined ? 404 : 200).end(JSON.stringify(found ?? {}));
        return;
      }
      calls += 1;
      const made = JSON.parse(body) as typeof job;
      if (jobs.has(made.metadata.name)) {
        response.writeHead(409).end(JSON.stringify({ message: "jobs.batch already exists" }));
        return;
      }
      jobs.set(made.metadata.name, made);
      if (losesAnswer && calls === 1) request.socket.destroy();
      else response.end(JSON.stringify(made));
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const client = await openCluster({ kubeconfig: kubeconfigFor(`http://127.0.0.1:${port}`) });
  try {
    await makeJob(
      retryingClient(client, () => undefined),
      place,
      job,
    );
    return calls;
  } finally {
    client.close();
    server.closeAllConnections();
    server.close();
  }
}

test("a Job is made once", async () => {
  expect(await make([], false)).toBe(1);
});

test("a Job whose first answer was lost is found again and goes on (law 2)", async () => {
  expect(await make([], true)).toBe(2);
});

test("a Job of that name that somebody else has made is refused", async () => {
  await expect(make(["migrate"], false)).rejects.toThrow("already exists");
});

test("a Job whose pod is on a node that is gone is not waited for without an end", async () => {
  const stuck = clientOf(() => ({
    metadata: { name: "migrate", deletionTimestamp: "2026-01-01" },
  }));
  await expect(removeJob(stuck, place, undefined, 0.5)).rejects.toThrow(
    "Job migrate is still there 0.5 s after its removal",
  );
});
