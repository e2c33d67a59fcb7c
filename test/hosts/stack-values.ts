import { z } from "zod";
import { bamfAgents } from "../../components/bamf/agents/product";
import type { BamfAgentsConfig } from "../../components/bamf/agents/config";
import { keysSchema } from "../../components/config/keys";
import { configuredHosts, type HostsConfig } from "../../components/hosts/gateway/settings";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample";

/** What a stack file says of three hosts in two groups, changed as said. */
export const agentsInFile = (change: object = {}, hosts: object = {}) => ({
  version: "0.11.0",
  hosts: {
    user: "deploy",
    assets: { folder: "/srv/bamf/{version}" },
    groups: [{ name: "canary" }, { name: "web", size: 10 }],
    inventory: {
      c1: { address: "10.0.0.1", group: "canary", hostKey: KEY },
      w1: { address: "10.0.0.2", group: "web", hostKey: KEY, labels: { agent: "west" } },
      w2: { address: "10.0.0.3", group: "web", hostKey: KEY, port: 2222, unit: "bamf-other" },
    },
    ...hosts,
  },
  ...change,
});

/** The same as the program reads it. */
export function agentsConfig(
  change: object = {},
  hosts: object = {},
): HostsConfig<BamfAgentsConfig> {
  const keys = keysSchema(bamfAgents, configuredHosts);
  const read: Readonly<Record<string, unknown>> = keys.parse({
    bamfAgents: agentsInFile(change, hosts),
  });
  return {
    name: "bamfAgents",
    settings: read["bamfAgents"] as BamfAgentsConfig,
    secrets: z.record(z.string(), z.string()).parse(read["bamfAgentsSecrets"]),
  };
}
