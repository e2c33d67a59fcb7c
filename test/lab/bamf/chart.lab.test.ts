import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { connectLab } from "../lab";
import { writeBamfChart } from "./charts";

interface Rendered {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly terminationGracePeriodSeconds?: number;
        readonly containers: readonly [Container];
      };
    };
  };
}

interface Container {
  readonly image: string;
  readonly workingDir?: string;
  readonly command?: readonly string[];
  readonly lifecycle?: unknown;
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}

const needed = {
  gateway: { hostname: "bamf.lab.example", tunnelDomain: "tunnel.lab.example" },
  core: {
    postgresql: { external: { host: "db", existingSecret: "mine" } },
    redis: { external: { host: "cache" } },
  },
};
const place = { bridge: { bootstrap: { token: "t" } } };

let env: Readonly<Record<string, string>>;
let folder: string;

beforeAll(async () => {
  ({ env } = await connectLab());
  folder = await mkdtemp(join(tmpdir(), "bamf-chart-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function render(tag: string, values: object): Promise<ReadonlyMap<string, Rendered>> {
  const chart = await writeBamfChart({ tag }, folder);
  const { stdout } = await execa("helm", ["template", "bamf", chart, "-n", "bamf", "-f", "-"], {
    env,
    input: JSON.stringify(values),
  });
  const objects = parseAllDocuments(stdout).map((it) => it.toJS() as Rendered | null);
  return new Map(
    objects.flatMap((it) => (it ? [[`${it.kind}/${it.metadata.name}`, it] as const] : [])),
  );
}

const containerOf = (it: Rendered | undefined): Container => it!.spec!.template!.spec.containers[0];
const valueOf = (it: Container, name: string): string | undefined =>
  it.env.find((each) => each.name === name)?.value;

describe("BAMF's chart", () => {
  test("renders the objects of its contract with external stores, web and agent", async () => {
    const objects = await render("v0.11.0", {
      ...needed,
      core: { ...needed.core, web: { standalone: true } },
      agent: { enabled: true, config: { name: "a" }, joinToken: "j" },
    });
    const names = [...objects.keys()].filter((name) => !/-bridge-([1-9]|1\d)$/.test(name));
    expect(names.sort()).toEqual([
      "Certificate/bamf-tls",
      ...["agent", "api", "proxy"].map((it) => `ConfigMap/bamf-${it}-config`),
      ...["agent", "api", "proxy", "web"].map((it) => `Deployment/bamf-${it}`),
      ...["api", "bridge"].map((it) => `HorizontalPodAutoscaler/bamf-${it}`),
      ...["api", "tunnel-proxy", "web"].map((it) => `IngressRoute/bamf-${it}`),
      "IngressRouteTCP/bamf-bridge-0",
      "Job/bamf-migrations-1",
      "Middleware/bamf-rate-limit",
      ...["agent", "api", "bridge", "proxy"].map((it) => `PodDisruptionBudget/bamf-${it}`),
      "Role/bamf-agent",
      "RoleBinding/bamf-agent",
      ...["agent-join-token", "bridge-bootstrap", "proxy-token"].map((it) => `Secret/bamf-${it}`),
      ...["api", "bridge-0", "bridge-headless", "proxy", "web"].map((it) => `Service/bamf-${it}`),
      "ServiceAccount/bamf",
      "ServiceAccount/bamf-agent",
      "StatefulSet/bamf-bridge",
      "TLSOption/bamf-hardened",
    ]);
  });

  test("has no web by itself (T-33), and leaves replicas to the autoscalers (T-34)", async () => {
    const objects = await render("v0.11.0", needed);
    expect(objects.has("Deployment/bamf-web")).toBe(false);
    for (const name of ["Deployment/bamf-api", "StatefulSet/bamf-bridge"])
      expect(objects.get(name)!.spec!.replicas).toBeUndefined();
    expect(objects.get("Deployment/bamf-proxy")!.spec!.replicas).toBe(2);
  });

  test("draws tokens anew at each render without a cluster (T-22)", async () => {
    const [one, two] = [await render("v0.11.0", needed), await render("v0.11.0", needed)];
    expect(one.get("Secret/bamf-proxy-token")).not.toEqual(two.get("Secret/bamf-proxy-token"));
  });

  test("says sslmode in the URL of an external database, to the API and to the Job (T-20)", async () => {
    const objects = await render("v0.11.0", needed);
    const url = "postgresql+asyncpg://bamf:$(DATABASE_PASSWORD)@db:5432/bamf?sslmode=require";
    const api = containerOf(objects.get("Deployment/bamf-api"));
    const job = containerOf(objects.get("Job/bamf-migrations-1"));
    expect(valueOf(api, "BAMF_DATABASE_URL")).toBe(url);
    expect(valueOf(job, "DATABASE_URL")).toBe(url);
  });

  test("migrates in a hook that is gone once it succeeded, in the folder of the migrations (T-18, T-30)", async () => {
    const job = (await render("v0.11.0", needed)).get("Job/bamf-migrations-1");
    expect(job!.metadata.annotations).toEqual({
      "helm.sh/hook": "pre-install,pre-upgrade",
      "helm.sh/hook-weight": "-5",
      "helm.sh/hook-delete-policy": "before-hook-creation,hook-succeeded",
    });
    expect(containerOf(job)).toMatchObject({
      image: "ghcr.io/mattrobinsonsre/bamf-api:v0.11.0",
      workingDir: "/app/alembic",
      command: ["alembic", "upgrade", "head"],
    });
  });

  test("gives a bridge half an hour, and its drain 5 s less", async () => {
    const bridge = (await render("v0.11.0", needed)).get("StatefulSet/bamf-bridge");
    expect(bridge!.spec!.template!.spec.terminationGracePeriodSeconds).toBe(1800);
    expect(valueOf(containerOf(bridge), "BAMF_SHUTDOWN_TIMEOUT")).toBe("1795s");
    expect(containerOf(bridge).lifecycle).toEqual({
      preStop: { exec: { command: ["/bin/sh", "-c", "sleep 15"] } },
    });
  });

  test("of v0.9.1 speaks of outposts, and of v0.7.0 wants the bridges' token", async () => {
    const bridge = (await render("v0.9.1", { ...needed, outpost: place })).get(
      "StatefulSet/bamf-bridge",
    );
    expect(valueOf(containerOf(bridge), "BAMF_OUTPOST_NAME")).toBe("default");
    await expect(render("v0.7.0", needed)).rejects.toThrow("bridge.bootstrap.token is required");
    await expect(render("v0.7.0", { ...needed, outpost: place })).resolves.toBeDefined();
  });

  test("tells the API its default edge from v0.11.0 on, and so rolls it", async () => {
    const configOf = async (tag: string): Promise<string> =>
      (await render(tag, needed)).get("ConfigMap/bamf-api-config")!.data!["config.yaml"]!;
    expect(await configOf("v0.10.0")).not.toContain("default_edge_name");
    expect(await configOf("v0.11.0")).toContain('default_edge_name: "default"');
  });

  test("refuses both or neither of two stores", async () => {
    const both = { ...needed.core.postgresql, bundled: { enabled: true } };
    const values = { ...needed, core: { ...needed.core, postgresql: both } };
    await expect(render("v0.11.0", values)).rejects.toThrow("Cannot enable both");
  });
});
