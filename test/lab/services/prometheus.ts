import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Daemon } from "../daemon";
import type { Settings } from "../settings";
import { writeIfChanged } from "../write-file";

/** Port on which a gateway's pods answer `/metrics`. */
const METRICS_PORT = "8787";

/**
 * What Prometheus is told: it finds the pods of every gateway of the cluster by itself and asks each for its metrics every two seconds;
 * namespace and pod become labels, as they do in the usual setups.
 */
export const scrapeConfig = ({ home }: Settings): string =>
  stringify({
    global: { scrape_interval: "2s", scrape_timeout: "2s" },
    scrape_configs: [
      {
        job_name: "gateways",
        kubernetes_sd_configs: [
          {
            role: "pod",
            kubeconfig_file: join(home, "kubeconfig"),
            selectors: [{ role: "pod", label: "app.kubernetes.io/component=gateway" }],
          },
        ],
        relabel_configs: [
          keep("__meta_kubernetes_pod_container_port_number", METRICS_PORT),
          keep("__meta_kubernetes_pod_phase", "Running"),
          label("__meta_kubernetes_namespace", "namespace"),
          label("__meta_kubernetes_pod_name", "pod"),
        ],
      },
    ],
  });

const keep = (source: string, regex: string) => ({
  source_labels: [source],
  regex,
  action: "keep",
});

const label = (source: string, target: string) => ({
  source_labels: [source],
  target_label: target,
});

/** A Prometheus of the lab's own, on loopback alone; it keeps a day. */
export async function prometheus(settings: Settings): Promise<Daemon> {
  const { home, ports } = settings;
  const folder = join(home, "prometheus");
  await mkdir(folder, { recursive: true });
  const config = join(folder, "prometheus.yml");
  const text = scrapeConfig(settings);
  await writeIfChanged(config, text);
  const address = `127.0.0.1:${ports.prometheus}`;
  return {
    name: "prometheus",
    command: [
      join(home, "bin", "prometheus"),
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--storage.tsdb.retention.time=1d`,
      `--web.listen-address=${address}`,
      `--log.level=warn`,
    ],
    reads: [text],
    listens: [{ host: "127.0.0.1", port: ports.prometheus }],
    ready: async () =>
      (await fetch(`http://${address}/-/ready`, { signal: AbortSignal.timeout(2000) })).ok,
  };
}
