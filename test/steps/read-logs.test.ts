import { expect, test } from "vitest";
import { openCluster } from "../../components/kubernetes/client";
import { readLogs } from "../../components/steps/verification/look-at-pods";
import { verificationInputSchema } from "../../components/steps/verification/verification-input";
import { Refusal, withApi } from "../kubernetes/stand-in-api";

const TASK = verificationInputSchema.parse({
  namespace: "smoltbot",
  release: "1.1.0",
  configHash: "a",
  workloads: [{ name: "gateway", container: "gateway", image: "gateway:1.1.0", http: true }],
  service: { name: "smoltbot", port: 8787 },
  wayBack: "set the version back",
});

const LOGS: Readonly<Record<string, string>> = {
  "gateway-a gateway": `{"level":"info"}\n{"level":"error","message":"no such column"}\n`,
  "gateway-a sidecar": `{"level":"fatal","message":"key hunter2 refused"}\n`,
  "observer-a observer": `Uncaught Error: no SUPABASE_JWT_SECRET\n`,
};

const pod = (name: string, containers: readonly string[]) => ({
  metadata: { name },
  spec: { containers: containers.map((container) => ({ name: container })) },
});

test("errors of every container of every pod are told, without a secret, and only those of the last hour (S-18, S-19, S-51)", async () => {
  const asked: URLSearchParams[] = [];
  const faults = await withApi(
    (request, path) => {
      const query = new URL(request.url ?? "", "http://api").searchParams;
      const name = /pods\/(?<pod>[^/]+)\/log$/.exec(path)?.groups?.["pod"] ?? "";
      asked.push(query);
      const text = LOGS[`${name} ${query.get("container") ?? ""}`];
      return text === undefined ? undefined : new Refusal(200, text);
    },
    async (kubeconfig) => {
      const client = await openCluster({ kubeconfig });
      const pods = [pod("gateway-a", ["gateway", "sidecar"]), pod("observer-a", ["observer"])];
      const redact = (text: string) => text.replaceAll("hunter2", "***");
      return readLogs(client, TASK, pods, redact).finally(client.close);
    },
  );
  expect(faults.map(({ text }) => text)).toEqual([
    `pod gateway-a has logged 2 errors, at last: {"level":"error","message":"no such column"} | {"level":"fatal","message":"key *** refused"}`,
    "pod observer-a has logged 1 errors, at last: Uncaught Error: no SUPABASE_JWT_SECRET",
  ]);
  expect(asked.map((query) => query.get("sinceSeconds"))).toEqual(["3600", "3600", "3600"]);
});
