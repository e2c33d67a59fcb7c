import type { SmoltbotRelease } from "../../../components/smoltbot/release";

const container = { name: "gateway", image: "ghcr.io/mnemom/gateway:1.1.0" };

/** A release of a gateway of one Deployment, as much of it as the tasks of its steps are made of. */
export const release = {
  version: "1.1.0",
  names: { fullname: "gw", gateway: "gw-gateway", observer: "gw-observer" },
  rendering: { chart: { name: "mnemom-gateway", version: "0.1.0", appVersion: "1" } },
  configuration: [],
  workloads: [
    { metadata: { name: "gw-gateway" }, spec: { template: { spec: { containers: [container] } } } },
  ],
  applied: [],
  job: {
    metadata: { name: "gw-migrate-1-1-0" },
    spec: {
      template: {
        spec: { containers: [{ name: "migrate", image: "ghcr.io/mnemom/migrate:v1.1.0" }] },
      },
    },
  },
  availability: { selector: {} },
  configHash: "hash",
} as unknown as SmoltbotRelease;
