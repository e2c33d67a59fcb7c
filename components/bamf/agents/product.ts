import type { ConfiguredProduct } from "../../config/keys";
import { coreGates } from "../../hosts/core-gates";
import type { HostsInput } from "../../hosts/gate-input";
import { hostsGates } from "../../hosts/gates/list";
import type { HostsProduct } from "../../hosts/gateway/product";
import { askGates, type Gate } from "../../upgrade/gate";
import { knownReleases, newsIn } from "../catalogue";
import { AGENTS } from "../hosts/assets";
import { bamfAgentsSchema, type BamfAgentsConfig } from "./config";
import { agentGates } from "./gates/list";

/** Variable with the token by which the API is asked. */
const TOKEN = "BAMF_TOKEN";

/** Label of a host with the name by which the API knows its agent, where that is not the name of the host. */
const NAME_LABEL = "agent";

/** All gates of agents on hosts: those that hold everywhere, those of the target, and their own. */
export const allGatesOnHosts: readonly Gate<HostsInput>[] = [
  ...coreGates,
  ...hostsGates,
  ...agentGates,
];

/** Agents of BAMF on virtual machines and other hosts. */
export const bamfAgents: ConfiguredProduct & HostsProduct<BamfAgentsConfig> = {
  name: "bamfAgents",
  targets: ["hosts"],
  settings: bamfAgentsSchema,
  assets: AGENTS,
  // 503 until it is registered and listens to the API; the port is fixed. Source: mattrobinsonsre/bamf@v0.11.0:pkg/agent
  ready: "http://127.0.0.1:8081/ready",
  catalogue: async ({ catalogue }) => newsIn(await knownReleases(catalogue)),
  follows: ({ api: { gateway, stack, release } = {} }) =>
    gateway !== undefined ? { gateway, stack } : release === undefined ? undefined : { release },
  checks: ({ settings: { api, hosts } }) => {
    if (api?.url === undefined) return undefined;
    const names = Object.entries(hosts.inventory).flatMap(([host, { labels }]) => {
      const name = labels[NAME_LABEL];
      return name === undefined ? [] : [[host, name] as const];
    });
    const options = { url: api.url, token: TOKEN, names: Object.fromEntries(names) };
    return { kind: "bamf-agents", options };
  },
  ask: (input, all) => askGates(allGatesOnHosts, input, all),
};
