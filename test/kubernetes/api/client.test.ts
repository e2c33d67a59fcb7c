import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { findEndpoint } from "../../../components/kubernetes/api/access";
import { ClusterError, openCluster } from "../../../components/kubernetes/api/client";
import { retryingClient } from "../../../components/kubernetes/api/retrying-client";
import { kubeconfigFor, Refusal, withApi, type Answer } from "../stand-in-api";

const refusal = (answer: Answer) =>
  withApi(answer, async (kubeconfig) => {
    const client = await openCluster({ kubeconfig });
    const error: unknown = await client.get("/api/v1/nodes?limit=1").catch((e: unknown) => e);
    client.close();
    return error as ClusterError;
  });

describe("a connection to a cluster", () => {
  test("sends the token, and keeps the path under which the server lives", async () => {
    const answer: Answer = ({ headers }, path) => ({ path, token: headers.authorization });
    const found = await withApi(answer, async (kubeconfig) =>
      (await openCluster({ kubeconfig })).get("/version"),
    );
    expect(found).toEqual({ path: "/k8s/version", token: "Bearer secret-token" });
  });

  test("tells what is missing from what is refused", async () => {
    await withApi(
      () => undefined,
      async (kubeconfig) => {
        const client = await openCluster({ kubeconfig });
        expect(await client.find("/api/v1/namespaces/x")).toBeUndefined();
        expect(await client.ask("/x")).toMatchObject({ status: 404 });
      },
    );
  });

  test("says a refusal in the API server's own words, with the place", async () => {
    const words = JSON.stringify({ kind: "Status", message: "nodes is forbidden" });
    expect(await refusal(() => new Refusal(403, words))).toMatchObject({
      message: "nodes is forbidden (403 at /api/v1/nodes)",
      status: 403,
    });
  });

  test("says what a balancer in between has refused", async () => {
    const error = await refusal(() => new Refusal(502, "<html>bad gateway</html>"));
    expect(error.message).toBe("the API server refused (502 at /api/v1/nodes)");
  });

  test("says in one sentence that nobody is there", async () => {
    const client = await openCluster({ kubeconfig: kubeconfigFor("http://127.0.0.1:1") });
    await expect(client.get("/version")).rejects.toThrow("connection refused by 127.0.0.1:1");
  });

  test("waits for a free connection as long as the server answers others: a slow server is not a silent one", async () => {
    let last: Promise<unknown> = Promise.resolve();
    const answer: Answer = () => (last = last.then(() => pause(20, {})));
    await withApi(answer, async (kubeconfig) => {
      const client = await openCluster({ kubeconfig });
      const calls = Array.from({ length: 24 }, () => client.ask("/version", { timeout: 300 }));
      expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(calls.map(() => 200));
      client.close();
    });
  });

  test("hears an answer that came while this process stood still, though its limit has passed by the clock", async () => {
    await withApi(
      () => ({}),
      async (kubeconfig) => {
        const client = await openCluster({ kubeconfig });
        const call = client.ask("/version", { timeout: 300 });
        const goesOn = Date.now() + 400;
        while (Date.now() < goesOn);
        expect(await call).toMatchObject({ status: 200 });
        client.close();
      },
    );
  });

  test("gives up on a server that accepts and stays silent", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const client = await openCluster({ kubeconfig: kubeconfigFor(`http://127.0.0.1:${port}`) });
    const call = client.get("/version", { timeout: 50 });
    await expect(call).rejects.toThrow(`no answer within 0.05 s by 127.0.0.1:${port}`);
    silent.close();
  });
});

describe("the way in", () => {
  test("is that of the named context", async () => {
    const door = await findEndpoint({
      kubeconfig: kubeconfigFor("http://near.example"),
      context: "far",
    });
    expect(door.server).toBe("http://far.example");
  });

  test("is refused in words where the context does not exist", async () => {
    const access = { kubeconfig: kubeconfigFor("http://near.example"), context: "nowhere" };
    await expect(findEndpoint(access)).rejects.toThrow(
      'the kubeconfig has no usable context "nowhere"; it has near, far',
    );
  });

  test.each([
    ["is not there", "/nonexistent/config", "no kubeconfig at /nonexistent/config"],
    ["is a folder", "/tmp", "/tmp cannot be read (EISDIR)"],
    [
      "is none, and shows nothing of it",
      "users:\n  - hunter2\n",
      "the given text is no kubeconfig: see users.0; expected what kubectl config view shows",
    ],
    [
      "is as kubectl writes it without a cluster",
      "contexts: null\nclusters: null\nusers: null\n",
      'the kubeconfig has no usable context "prod"; it has none',
    ],
  ])("is refused in words where the kubeconfig %s", async (_, kubeconfig, words) => {
    await expect(findEndpoint({ kubeconfig, context: "prod" })).rejects.toThrow(new Error(words));
  });

  test("is left to the official client where it takes more than a certificate or a token", async () => {
    const apiVersion = "client.authentication.k8s.io/v1";
    const credential = { apiVersion, kind: "ExecCredential", status: { token: "from-plugin" } };
    const exec = {
      apiVersion,
      command: "echo",
      args: [JSON.stringify(credential)],
      interactiveMode: "Never",
    };
    const kubeconfig = kubeconfigFor("https://near.example").replace(
      "{ token: secret-token }",
      () => JSON.stringify({ exec }),
    );
    const door = await findEndpoint({ kubeconfig });
    expect((await door.options()).headers).toEqual({ Authorization: "Bearer from-plugin" });
  });
});

describe("a patient client", () => {
  test("outlives an API server that is away for a moment, and says so once", async () => {
    let calls = 0;
    const said: string[] = [];
    const answer: Answer = () => ((calls += 1) === 1 ? new Refusal(503, "") : { calls });
    const found = await withApi(answer, async (kubeconfig) =>
      retryingClient(await openCluster({ kubeconfig }), (line) => said.push(line)).get("/version"),
    );
    expect(found).toEqual({ calls: 2 });
    expect(said).toHaveLength(1);
  });

  test("passes a refusal on at once", async () => {
    let calls = 0;
    const answer: Answer = () => {
      calls += 1;
      return new Refusal(403, "");
    };
    await withApi(answer, async (kubeconfig) => {
      const client = retryingClient(await openCluster({ kubeconfig }), () => undefined);
      await expect(client.get("/version")).rejects.toThrow(ClusterError);
    });
    expect(calls).toBe(1);
  });
});
