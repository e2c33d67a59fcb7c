import { describe, expect, test } from "vitest";
import type { Call, ClusterClient } from "../../../components/kubernetes/api/client";
import { ClusterError } from "../../../components/kubernetes/api/client";
import { clusters } from "../../../components/kubernetes/api/clusters";
import { wideClient } from "../../../components/kubernetes/api/wide-client";
import { withApi, type Answer } from "../stand-in-api";

/** A cluster that answers these paths, and says which were asked for. */
function standIn(answers: Readonly<Record<string, unknown>>) {
  const asked: string[] = [];
  const reply = (path: string): unknown => {
    asked.push(path);
    const answer = answers[path];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const client: ClusterClient = {
    ask: () => Promise.reject(new Error("nobody asks")),
    get: async <T>(path: string) => {
      const answer = await Promise.resolve(path).then(reply);
      if (answer === undefined) throw new ClusterError(`not found: ${path}`, 404);
      return answer as T;
    },
    find: async <T>(path: string) => (await Promise.resolve(path).then(reply)) as T | undefined,
    close: () => undefined,
  };
  return { client: wideClient(client), asked };
}

const item = (namespace: string, name: string) => ({ metadata: { namespace, name } });
const pods = "pods?labelSelector=app.kubernetes.io%2Finstance%3Dsmoltbot";
const service = "services?fieldSelector=metadata.name%3Dgateway";

describe("a look at many namespaces of a cluster", () => {
  test("asks once for all of them, and gives each its own part of the list", async () => {
    const all = { metadata: {}, items: [item("a", "1"), item("b", "2"), item("a", "3")] };
    const { client, asked } = standIn({ [`/api/v1/${pods}`]: all });
    const found = await Promise.all(
      ["a", "b", "c"].map((name) => client.get(`/api/v1/namespaces/${name}/${pods}`)),
    );
    expect(found).toEqual([
      { metadata: {}, items: [item("a", "1"), item("a", "3")] },
      { metadata: {}, items: [item("b", "2")] },
      { metadata: {}, items: [] },
    ]);
    expect(asked).toEqual([`/api/v1/${pods}`]);
  });

  test("asks for an object by its name, and gives it as if it had been asked for alone", async () => {
    const list = { apiVersion: "v1", kind: "ServiceList", items: [item("a", "gateway")] };
    const { client, asked } = standIn({ [`/api/v1/${service}`]: list });
    const path = (namespace: string) => `/api/v1/namespaces/${namespace}/services/gateway`;
    expect(await client.find(path("a"))).toEqual({
      apiVersion: "v1",
      kind: "Service",
      ...item("a", "gateway"),
    });
    expect(await client.find(path("b"))).toBeUndefined();
    expect(asked).toEqual([`/api/v1/${service}`]);
  });

  test("lets the API server itself say that an object which has to be there is missing", async () => {
    const { client } = standIn({ [`/api/v1/${service}`]: { items: [] } });
    const path = "/api/v1/namespaces/a/services/gateway";
    await expect(client.get(path)).rejects.toThrow(`not found: ${path}`);
  });

  test("asks in each namespace where the role may not ask about all, with that answer or refusal", async () => {
    const own = { items: [item("a", "1")] };
    const { client, asked } = standIn({
      [`/api/v1/${pods}`]: new ClusterError("pods is forbidden", 403),
      [`/api/v1/namespaces/a/${pods}`]: own,
      [`/api/v1/namespaces/b/${pods}`]: new ClusterError("forbidden in b", 403),
    });
    expect(await client.get(`/api/v1/namespaces/a/${pods}`)).toEqual(own);
    await expect(client.get(`/api/v1/namespaces/b/${pods}`)).rejects.toThrow("forbidden in b");
    expect(asked.filter((path) => path === `/api/v1/${pods}`)).toHaveLength(1);
  });

  test.each<[string, Call?]>([
    ["/api/v1/namespaces/a/secrets/gateway"],
    ["/api/v1/namespaces/a/secrets?labelSelector=owner%3Dhelm"],
    ["/api/v1/namespaces/a/configmaps/chart", { accept: "application/json;as=Table" }],
    ["/api/v1/namespaces/a/pods/gateway-0/log?tailLines=5"],
    ["/api/v1/namespaces/a"],
    ["/api/v1/nodes?resourceVersion=0"],
    ["/apis/apps/v1"],
  ])("leaves %s as it is", async (path, call) => {
    const { client, asked } = standIn({ [path]: { items: [] } });
    await client.get(path, call);
    await client.find(path, call);
    expect(asked).toEqual([path, path]);
  });
});

describe("the clusters of a stack", () => {
  const look = async (gateways: number): Promise<readonly string[]> => {
    const asked: string[] = [];
    const answer: Answer = ({ url = "" }, path) => {
      asked.push(url.replace("/k8s", ""));
      return { path, items: [] };
    };
    await withApi(answer, async (kubeconfig) => {
      const places = Array.from({ length: gateways }, (_, index) => ({
        kubeconfig,
        context: "near",
        namespace: `n${index}`,
      }));
      const { open, close } = clusters(places);
      for (const place of places) {
        const client = await open(place);
        await client.get("/version");
        await client.get(`/apis/apps/v1/namespaces/${place.namespace}/deployments`);
      }
      close();
    });
    return asked;
  };

  test("are asked once for what gateways of different namespaces have in common", async () => {
    expect(await look(2)).toEqual([
      "/version",
      "/apis/apps/v1/namespaces/n0/deployments",
      "/apis/apps/v1/namespaces/n1/deployments",
    ]);
  });

  test("are asked about all namespaces at once where many gateways are", async () => {
    expect(await look(4)).toEqual(["/version", "/apis/apps/v1/deployments"]);
  });
});
