import type { Health } from "../upgrade/product";

/** How one can tell from outside whether smoltbot works, wherever it runs. */
export const HEALTH: Health = {
  // Whatever PORT says. Source: mnemom/smoltbot@33f9a5a:deploy/helm/mnemom-gateway/templates/deployment-gateway.yaml
  port: 8787,
  ready: "/health/ready",
  // Source: mnemom/smoltbot@33f9a5a, /metrics.
  requestsMetric: "gateway_requests_total",
};
