import { execa } from "execa";
import type { Gateways } from "../lab/gateways";
import { copySecret } from "./copy-secret";
import type { Bench } from "./measure";
import { CHART, SECRET, valuesOf } from "./render-chart";
import { INSTALLED } from "./with-gateway";

/** The chart as shipped, installed by Helm. */
export interface HelmRelease {
  readonly namespace: string;
  /** Ends when Helm says that everything is ready. @param flags - further words for Helm */
  readonly upgrade: (version: string, flags?: readonly string[]) => Promise<void>;
  /** Back to the revision before; ends when Helm says that everything is ready. */
  readonly rollback: () => Promise<void>;
}

const NAMESPACE = "bench-helm";
const RELEASE = "smoltbot";

// Nothing listens in an observer, so that its probes never succeed and --wait would never end (T-01).
const valuesFor = (version: string) => ({
  ...valuesOf(version, SECRET),
  observer: { replicas: 0 },
});

/** Installs the chart with Helm in a namespace of its own, on the database and the secrets of `gateways`; leaves nothing of it. */
export async function withHelmRelease<T>(
  { lab, say }: Bench,
  gateways: Gateways,
  work: (release: HelmRelease) => Promise<T>,
  release = INSTALLED,
): Promise<T> {
  const { env } = lab;
  const helm = async (words: readonly string[], input = "") => {
    await execa("helm", [...words, "--namespace", NAMESPACE, "--wait"], { env, input });
  };
  const put =
    (verb: "install" | "upgrade") =>
    (version: string, flags: readonly string[] = []) =>
      helm([verb, RELEASE, CHART, "--values", "-", ...flags], JSON.stringify(valuesFor(version)));
  const clear = () =>
    execa("kubectl", ["delete", "namespace", NAMESPACE, "--ignore-not-found", "--timeout=120s"], {
      env,
    });
  await clear();
  try {
    say(`installs ${release} with Helm`);
    const input = JSON.stringify({
      apiVersion: "v1",
      kind: "List",
      items: await copySecret(lab, gateways.namespace("staging"), NAMESPACE),
    });
    await execa("kubectl", ["create", "--filename", "-"], { env, input });
    await put("install")(release);
    return await work({
      namespace: NAMESPACE,
      upgrade: put("upgrade"),
      rollback: () => helm(["rollback", RELEASE]),
    });
  } finally {
    await clear();
  }
}
