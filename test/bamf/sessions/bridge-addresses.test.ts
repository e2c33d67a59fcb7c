import { expect, test } from "vitest";
import { redisSide } from "../../../components/bamf/sessions/bridges";
import { bridgeOptionsSchema } from "../../../components/bamf/sessions/options";

const keys = {
  ...({ kind: "vouched", ran: true, why: "" } as const),
  ...{ available: "bridges:available", edgeField: undefined, denied: "revoked" },
};
const options = bridgeOptionsSchema.parse({
  api: { workload: "bamf-api", labels: {} },
  bridge: { labels: {} },
  tunnelAddresses: { "bamf-bridge-10": "10.0.0.10:8443" },
  httpsAddresses: { "bamf-bridge-10": "10.0.0.10:443" },
});

test.each([
  [
    "by its Service for tunnels, and its HTTPS port by the name of its pod, since no Service has that",
    "bamf-bridge-1",
    { address: "bamf-bridge-1:8443", requests: "bamf-bridge-1.bamf-bridge-headless:443" },
  ],
  [
    "elsewhere, if that is said",
    "bamf-bridge-10",
    { address: "10.0.0.10:8443", requests: "10.0.0.10:443" },
  ],
])("a bridge that stops is reached %s (T-39)", async (_, bridge, addresses) => {
  const asked: (object | undefined)[] = [];
  const ask = (name: string, question?: object) => {
    asked.push({ name, ...question });
    return Promise.resolve({ state: "held" });
  };
  const side = redisSide(ask, { keys, options, seconds: 60, carries: true });
  await side.leave(bridge, true, true);
  await side.adopt(bridge);
  expect(asked).toMatchObject([
    { name: "leave", bridge, ...addresses, denied: "revoked" },
    { name: "adopt", bridge, ...addresses },
  ]);
});
