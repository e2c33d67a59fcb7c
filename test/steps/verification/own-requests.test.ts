import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { openPlatform } from "../../../components/steps/open-platform";
import { askOutside } from "../../../components/steps/verification/ask-outside";
import type { Probe } from "../../../components/steps/verification/judge-probes";
import { sendProbes } from "../../../components/steps/verification/ask-instances";
import { withApi } from "../../kubernetes/stand-in-api";
import { verificationTask } from "../verification-task";

const task = (changes: object) => verificationTask({ seconds: 0.2, ...changes });
const never = new AbortController().signal;

/** Asks a server on this machine from outside, as the step does. */
async function outside(status: number, more: object = {}): Promise<readonly Probe[]> {
  const server = createServer((_, response) => {
    response.writeHead(status, { location: "https://login.example" }).end("{}");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const probes: Probe[] = [];
  const asked = task({ url: `http://127.0.0.1:${port}/anthropic/v1/models`, ...more });
  await askOutside(asked, (probe) => probes.push(probe), never);
  server.close();
  return probes;
}

test("the URL of the stack file is asked a few times at least, and each answer is kept (S-20)", async () => {
  const probes = await outside(401);
  expect(probes.map(({ by, reply }) => [by, reply?.status])).toEqual(Array(3).fill(["url", 401]));
});

test("a redirect to a login is not followed: it is no answer of the gateway (S-20)", async () => {
  const probes = await outside(302);
  expect(probes.map(({ ok, reply }) => ok.includes(reply?.status ?? 0))).toEqual(
    Array(3).fill(false),
  );
});

test("a URL at which nobody is says why there was no answer (S-20)", async () => {
  const probes: Probe[] = [];
  await askOutside(task({ url: "http://127.0.0.1:1/" }), (probe) => probes.push(probe), never);
  expect(probes).toHaveLength(3);
  expect(probes[0]?.reply).toBeUndefined();
  expect(probes[0]?.silence).toMatch(/ECONNREFUSED|bad port/);
});

test("without such a URL nobody is asked from outside", async () => {
  const probes: Probe[] = [];
  await askOutside(task({}), (probe) => probes.push(probe), never);
  expect(probes).toEqual([]);
});

test("the request through the gateway is the one that the stack file names (S-20)", async () => {
  const asked: string[] = [];
  const probes: Probe[] = [];
  await withApi(
    (request, path) => {
      asked.push(`${request.method ?? ""} ${path.split("/proxy")[1] ?? ""}`);
      return {};
    },
    async (kubeconfig) => {
      const proxied = { path: "/openai/v1/chat/completions", method: "POST" };
      const asks = task({ requests: 4, proxied });
      const place = { kubeconfig, namespace: "smoltbot" };
      await openPlatform(place, { env: {}, say: () => undefined }, (platform) =>
        sendProbes(platform, asks, (probe) => probes.push(probe), never),
      );
    },
  );
  expect(asked.sort()).toEqual([
    "GET /health",
    "GET /health/ready",
    "POST /openai/v1/chat/completions",
    "POST /openai/v1/chat/completions",
  ]);
  expect(new Set(probes.map(({ by }) => by))).toEqual(new Set(["service"]));
});
