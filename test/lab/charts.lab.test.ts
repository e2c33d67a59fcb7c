import { join } from "node:path";
import { execa } from "execa";
import { beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { connectLab } from "./lab";

/** Only the fields that these tests look at. */
interface Rendered {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly egress?: readonly { readonly ports: readonly { readonly port: number }[] }[];
    readonly template?: {
      readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
      readonly spec: {
        readonly initContainers?: readonly Container[];
        readonly containers: readonly [Container];
        readonly volumes?: readonly unknown[];
        readonly terminationGracePeriodSeconds?: number;
      };
    };
  };
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly unknown[];
  readonly envFrom?: readonly unknown[];
  readonly lifecycle?: unknown;
  readonly readinessProbe?: unknown;
}

const chart = join(import.meta.dirname, "charts", "mnemom-gateway");
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  ({ env } = await connectLab());
});

async function render(values: object, release = "smoltbot"): Promise<Map<string, Rendered>> {
  const { stdout } = await execa("helm", ["template", release, chart, "--values", "-"], {
    env,
    input: JSON.stringify(values),
  });
  const objects = parseAllDocuments(stdout).map((it) => it.toJS() as Rendered | null);
  return new Map(
    objects.flatMap((it) => (it ? [[`${it.kind}/${it.metadata.name}`, it] as const] : [])),
  );
}

const full = "smoltbot-mnemom-gateway";
const gateway = `Deployment/${full}-gateway`;
const observer = `Deployment/${full}-observer`;
const podOf = (it: Rendered | undefined) => it!.spec!.template!;

describe("the chart", () => {
  test("renders the objects of its contract by default", async () => {
    expect([...(await render({})).keys()].sort()).toEqual([
      `ConfigMap/${full}`,
      gateway,
      observer,
      `Job/${full}-migrate`,
      `NetworkPolicy/${full}-allow`,
      `NetworkPolicy/${full}-default-deny`,
      `Pod/${full}-test-connection`,
      `PodDisruptionBudget/${full}-gateway`,
      `Secret/${full}`,
      `Service/${full}`,
      `ServiceAccount/${full}`,
    ]);
  });

  test("leaves the chart's name out where the release names it already", async () => {
    const objects = await render({}, "my-mnemom-gateway");
    expect([...objects.keys()]).toContain("Service/my-mnemom-gateway");
  });

  test("selects pods by name, instance and component", async () => {
    expect((await render({})).get(gateway)!.spec!.selector!.matchLabels).toEqual({
      "app.kubernetes.io/name": "mnemom-gateway",
      "app.kubernetes.io/instance": "smoltbot",
      "app.kubernetes.io/component": "gateway",
    });
  });

  test("adds the optional objects on demand and then leaves the replicas to the autoscaler", async () => {
    const on = { enabled: true };
    const objects = await render({ hpa: on, ingress: on, metrics: { serviceMonitor: on } });
    expect([...objects.keys()]).toEqual(
      expect.arrayContaining([
        `HorizontalPodAutoscaler/${full}-gateway`,
        `Ingress/${full}`,
        `ServiceMonitor/${full}`,
      ]),
    );
    expect(objects.get(gateway)!.spec!.replicas).toBeUndefined();
  });

  test("deploys neither Redis nor PostgreSQL, whatever their values say (T-08)", async () => {
    const wanted = await render({ redis: { enabled: true }, postgresql: { enabled: true } });
    const refused = await render({ redis: { enabled: false }, postgresql: { enabled: false } });
    expect(wanted).toEqual(refused);
  });

  test("gives the observer probes on a port that it never opens (T-01)", async () => {
    const [container] = podOf((await render({})).get(observer)).spec.containers;
    expect(container.env).toEqual([{ name: "SMOLTBOT_ROLE", value: "scheduler" }]);
    expect(container.readinessProbe).toMatchObject({
      httpGet: { path: "/health/ready", port: "http" },
    });
  });

  test("has no preStop hook, no grace period and no writable folder", async () => {
    const { spec } = podOf((await render({})).get(gateway));
    expect(spec.containers[0].lifecycle).toBeUndefined();
    expect(spec.terminationGracePeriodSeconds).toBeUndefined();
    expect(spec.volumes).toBeUndefined();
  });

  test("starts the migration hook with the gateway's image and an argument that it does not know (T-05)", async () => {
    const hook = (await render({ image: { tag: "1.1.0" } })).get(`Job/${full}-migrate`);
    expect(hook!.metadata.annotations).toEqual({
      "helm.sh/hook": "pre-install,pre-upgrade",
      "helm.sh/hook-weight": "-5",
      "helm.sh/hook-delete-policy": "before-hook-creation",
    });
    expect(podOf(hook).spec.containers[0]).toMatchObject({
      image: "ghcr.io/mnemom/gateway:1.1.0",
      args: ["migrate"],
    });
  });

  test("runs the image of its appVersion where no tag is given (T-07)", async () => {
    const { spec } = podOf((await render({})).get(gateway));
    expect(spec.containers[0].image).toBe("ghcr.io/mnemom/gateway:1.0.0");
    expect(spec.initContainers!.map(({ name }) => name)).toEqual(["wait-for-migration"]);
  });

  test("rolls the pods on a changed Secret of its own, and not on a changed foreign one (T-16)", async () => {
    const sum = async (secrets: object) =>
      podOf((await render({ secrets })).get(gateway)).metadata.annotations!["checksum/secret"];
    expect(await sum({ values: { SUPABASE_KEY: "a" } })).not.toBe(
      await sum({ values: { SUPABASE_KEY: "b" } }),
    );
    expect(await sum({ existingSecret: "mine", values: { SUPABASE_KEY: "a" } })).toBe(
      await sum({ existingSecret: "other", values: { SUPABASE_KEY: "b" } }),
    );
  });

  test("takes any key into its Secret and leaves out empty ones", async () => {
    const objects = await render({ secrets: { values: { SUPABASE_KEY: "a", EXTRA: "b" } } });
    expect(objects.get(`Secret/${full}`)!.data).toEqual({ SUPABASE_KEY: "YQ==", EXTRA: "Yg==" });
  });

  test("lets pods out to the usual ports alone (T-16)", async () => {
    const { egress } = (await render({})).get(`NetworkPolicy/${full}-allow`)!.spec!;
    expect(egress!.flatMap(({ ports }) => ports.map(({ port }) => port))).toEqual([
      53, 53, 6379, 5432, 443,
    ]);
  });
});
