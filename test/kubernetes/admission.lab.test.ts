import { execa } from "execa";
import pRetry from "p-retry";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAdmissionFacts } from "../../components/kubernetes/facts/read-admission";
import { openCluster, type ClusterClient } from "../../components/kubernetes/api/client";
import { surgeDemands } from "../../components/kubernetes/objects/surge-demands";
import { quota } from "../../components/kubernetes/gates/quota";
import { observed } from "../../components/upgrade/observation";
import { connectLab, type Lab } from "../lab/lab";
import { rowsOf } from "../matrix/matrix";
import { cluster } from "../upgrade/gates/facts";
import { deployment } from "../upgrade/gates/gateway";
import admissions from "./admissions.matrix";

/** What the rules of a namespace do to a pod, by the cells that this run takes. */
const cases = rowsOf(admissions);
const namespaceOf = (name: string) => `admission-${name.replaceAll(" ", "-")}`;

/** The gate and the API server, asked about the same pod: a dry run stores nothing. */
describe("the gate quota and the API server", () => {
  let lab: Lab;
  let client: ClusterClient;

  const remove = () =>
    execa(
      "kubectl",
      [
        "delete",
        "namespace",
        ...cases.map(([name]) => namespaceOf(name)),
        "--ignore-not-found",
        "--timeout=120s",
      ],
      { env: lab.env },
    );
  beforeAll(async () => {
    lab = await connectLab();
    client = await openCluster({ kubeconfig: lab.kubeconfig });
    await remove();
    const objects = cases.flatMap(([name, { place }]) => [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: namespaceOf(name) } },
      ...place.rules.map((rule) => ({
        ...rule,
        metadata: { ...rule.metadata, namespace: namespaceOf(name) },
      })),
    ]);
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    await execa("kubectl", ["apply", "-f", "-"], { env: lab.env, input: list });
  });
  afterAll(async () => {
    client.close();
    await remove();
  });

  /** What the API server says to the pod, once it has counted the namespace and made its service account. */
  const decree = (namespace: string, spec: object) =>
    pRetry(
      async () => {
        const { status, body } = await client.ask(
          `/api/v1/namespaces/${namespace}/pods?dryRun=All`,
          { method: "POST", body: { metadata: { name: "gateway" }, spec } },
        );
        if (/status unknown for quota|serviceaccount .* not found/.test(body))
          throw new Error(body);
        expect([201, 403, 422], body).toContain(status);
        return status === 201 ? "pass" : "block";
      },
      { retries: 40, minTimeout: 250, maxTimeout: 250 },
    );

  test.each(cases)("both say the same to %s (S-05)", async (name, { verdict, place }) => {
    const { containers, initContainers = [] } = place;
    const namespace = namespaceOf(name);
    expect(await decree(namespace, { containers, initContainers })).toBe(verdict);
    const admission = observed(await readAdmissionFacts(client, namespace));
    const gateway = deployment({ replicas: 1 }, { containers, initContainers });
    const [, rollout] = surgeDemands({
      gateway: "smoltbot",
      objects: [gateway],
      job: gateway,
      running: undefined,
    });
    const findings = quota({
      cluster: cluster({ admission }),
      demands: rollout === undefined ? [] : [rollout],
      at: namespace,
    });
    expect(findings.map((finding) => finding.verdict)).toEqual([verdict]);
  });
});
