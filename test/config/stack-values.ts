import { parseConfig } from "../../components/config/parse";
import type { SmoltbotGateway } from "../../components/smoltbot/config";
import { smoltbot as product } from "../../components/smoltbot/product";
import { configuredKubernetes } from "../../components/kubernetes/gateway/settings";

/** Reads the values of a stack whose gateways are smoltbots. */
export function parseStack(
  given: Readonly<Record<string, string>>,
  secretKeys?: readonly string[],
) {
  const parsed = parseConfig(given, [product], [configuredKubernetes], secretKeys);
  return "faults" in parsed
    ? parsed
    : { gateways: parsed.gateways.map(({ config }) => config as SmoltbotGateway) };
}

/** The least that a stack file says of a gateway. */
export const smoltbot = {
  version: "1.1.0",
  kubernetes: { context: "prod", namespace: "smoltbot" },
  chart: { path: "charts/mnemom-gateway" },
};

/** The values of a stack, as the engine hands them to the program. */
export const keys = (gateway: unknown, others: Readonly<Record<string, string>> = {}) => ({
  "gateways:smoltbot": JSON.stringify(gateway),
  "gateways:smoltbotSecrets": "{}",
  ...others,
});

export const faultsOf = (
  given: Readonly<Record<string, string>>,
  secretKeys?: readonly string[],
) => {
  const parsed = parseStack(given, secretKeys);
  return "faults" in parsed ? parsed.faults : [];
};
