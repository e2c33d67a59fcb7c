import { join } from "node:path";
import { execa } from "execa";
import { secretsOfGateway, type Gateways, type Stack } from "./gateways";
import type { Lab } from "./lab";

/** How somebody has installed the chart, without this program. */
export interface HelmInstallOptions {
  /** The release that runs. @defaultValue `1.0.0` */
  readonly version?: string;
  /** Name of a Secret that exists beside the release. @defaultValue none: the chart renders its own from the values */
  readonly existingSecret?: string;
  /** More values for the chart. @defaultValue none */
  readonly values?: Readonly<Record<string, unknown>>;
  /** Secret keys that the install has besides those of the gateway, or undefined for one that it lacks. @defaultValue none */
  readonly secrets?: Readonly<Record<string, string | undefined>>;
}

/** A gateway that Helm installed. */
export interface HelmInstall {
  readonly namespace: string;
  /** Runs Helm in its namespace. */
  readonly helm: (...words: readonly string[]) => Promise<string>;
  readonly kubectl: (...words: readonly string[]) => Promise<string>;
}

const RELEASE = "smoltbot";
const FULLNAME = "smoltbot-mnemom-gateway";
/** The chart as its users have it. */
export const CHART = join(import.meta.dirname, "charts", "mnemom-gateway");

/**
 * Installs the chart as shipped with plain `helm install` where the stack of that name would be, migrates its database as the chart's
 * hook would have (it cannot on a first install, T-05), and waits until the gateway's pods serve. The observer never gets ready (T-01).
 */
export async function installByHelm(
  lab: Lab,
  gateways: Gateways,
  stack: Stack,
  options: HelmInstallOptions = {},
): Promise<HelmInstall> {
  const { version = "1.0.0", existingSecret = "", values = {}, secrets = {} } = options;
  const { env } = lab;
  const namespace = gateways.namespace(stack);
  const run = async (program: string, words: readonly string[], input = "") =>
    (await execa(program, [...words, "--namespace", namespace], { env, input })).stdout;
  const environment = { ...podSecrets(lab, gateways, stack), ...secrets };
  await execa("kubectl", ["create", "namespace", namespace], { env });
  if (existingSecret !== "") {
    const secret = secretObject(existingSecret, environment);
    await run("kubectl", ["create", "--filename", "-"], JSON.stringify(secret));
  }
  // By standard input: a command line is seen by everybody on the machine.
  const input = JSON.stringify({
    image: { tag: version },
    migration: { enabled: false },
    secrets: existingSecret === "" ? { values: environment } : { existingSecret },
    ...values,
  });
  await run("helm", ["install", RELEASE, CHART, "--values", "-"], input);
  const job = migrationOf(version, existingSecret === "" ? FULLNAME : existingSecret);
  await run("kubectl", ["create", "--filename", "-"], JSON.stringify(job));
  const long = "--timeout=180s";
  await run("kubectl", ["wait", "--for=condition=complete", `job/${FULLNAME}-migrate`, long]);
  await run("kubectl", ["rollout", "status", `deployment/${FULLNAME}-gateway`, long]);
  return {
    namespace,
    helm: (...words) => run("helm", words),
    kubectl: (...words) => run("kubectl", words),
  };
}

/** The environment of the pods, by key. */
function podSecrets(lab: Lab, gateways: Gateways, stack: Stack): Readonly<Record<string, string>> {
  const prefix = "gateways:smoltbotSecrets.";
  return Object.fromEntries(
    Object.entries(secretsOfGateway(lab, gateways, stack))
      .filter(([path]) => path.startsWith(prefix))
      .map(([path, value]) => [path.slice(prefix.length), value]),
  );
}

const secretObject = (name: string, stringData: HelmInstallOptions["secrets"]) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name },
  stringData,
});

/** The Job that the chart's hook leaves behind, with what the hook lacks: the right image, no argument, a writable folder (T-05). */
function migrationOf(version: string, secret: string): object {
  const labels = {
    "app.kubernetes.io/name": "mnemom-gateway",
    "app.kubernetes.io/instance": RELEASE,
    "app.kubernetes.io/component": "migration",
  };
  const container = {
    name: "migrate",
    image: `ghcr.io/mnemom/migrate:v${version}`,
    envFrom: [{ secretRef: { name: secret } }],
    env: [{ name: "TMPDIR", value: "/tmp" }],
    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
  };
  const spec = {
    restartPolicy: "Never",
    containers: [container],
    volumes: [{ name: "tmp", emptyDir: {} }],
  };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: `${FULLNAME}-migrate`, labels },
    spec: { backoffLimit: 3, template: { metadata: { labels }, spec } },
  };
}
