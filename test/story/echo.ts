import { z } from "zod";
import { gatewayFields } from "../../components/config/schema";
import type { KubernetesProduct } from "../../components/kubernetes/gateway/product";
import { fingerprint } from "../../components/upgrade/fingerprint";

/** A product of one Deployment, without a database: all that a product has to say. */
export const echo: KubernetesProduct = {
  name: "echo",
  targets: ["kubernetes", "memory"],
  settings: z.strictObject(gatewayFields),
  health: { port: 8080, ready: "/ready", requestsMetric: "echo_requests_total" },
  container: "echo",
  names: ({ kubernetes: { release } }) => ({ fullname: release, gateway: release }),
  render: ({ settings: { version, kubernetes, availability } }) => {
    const { namespace, release: name } = kubernetes;
    const labels = { app: name };
    const metadata = { name, namespace, labels };
    const containers = [{ name: "echo", image: `registry.example/echo:${version}` }];
    const spec = { selector: { matchLabels: labels }, template: { spec: { containers } } };
    const workloads = [{ apiVersion: "apps/v1", kind: "Deployment" as const, metadata, spec }];
    const { minAvailable = 1 } = availability ?? {};
    return Promise.resolve({
      version,
      names: { fullname: name, gateway: name },
      catalogue: [],
      configuration: [{ apiVersion: "v1", kind: "Service", metadata, spec: { selector: labels } }],
      workloads,
      applied: workloads,
      availability: { workload: name, namespace, labels, selector: labels, minAvailable },
      configHash: fingerprint(workloads),
    });
  },
  settingNames: () => [],
  ask: () => [],
};
