import type { ConfiguredProduct } from "../../config/keys";
import { coreGates } from "../../hosts/core-gates";
import type { HostsInput } from "../../hosts/gate-input";
import { hostsGates } from "../../hosts/gates/list";
import type { HostsProduct } from "../../hosts/gateway/product";
import { askGates, type Gate } from "../../upgrade/gate";
import { knownReleases, newsIn } from "../catalogue";
import { AGENTS } from "../hosts/assets";
import { bamfAgentsSchema, type BamfAgentsConfig } from "./config";
import { followedApi } from "../apart/followed-api";
import { apartGates } from "../apart/gates/list";
import type { ApartFleet } from "../apart/gates/skew-on-the-way";

/** Variable with the token by which the API is asked. */
const TOKEN = "BAMF_TOKEN";

/** Label of a host with the name by which the API knows its agent, where that is not the name of the host. */
const NAME_LABEL = "agent";

/** All gates of agents on hosts: those that hold everywhere, those of the target, and their own. */
export const allGatesOnHosts: readonly Gate<HostsInput>[] = [
  ...coreGates,
  ...hostsGates,
  ...apartGates<HostsInput>({ part: "host", fleets: fleetsOf }),
];

/** What the agents of each group run, as far as anybody can tell. */
function fleetsOf({ groups, facts, known, lastSeen }: HostsInput): readonly ApartFleet[] {
  return groups.map(({ name, hosts }) => {
    const sums = hosts.flatMap((host) => {
      const look = facts.hosts[host];
      if (look?.observed !== true)
        return [{ host, isSeen: false, release: known[lastSeen[host] ?? ""] }];
      // One that is down comes up with the file that lies there, and one that runs another one does so with its next start.
      const { sha256, running = sha256, beside } = look.value;
      const found = new Set([running, sha256 ?? running, beside?.sha256 ?? running]);
      return [...found].map((sum) => ({
        host,
        isSeen: true,
        release: known[sum ?? ""],
      }));
    });
    const releases = (isSeen: boolean) =>
      sums.flatMap((one) => (one.isSeen === isSeen ? (one.release ?? []) : []));
    return {
      name: `group ${name}`,
      releases: releases(true),
      lastSeen: releases(false),
      unknown: sums.flatMap(({ host, release }) => (release === undefined ? [host] : [])),
    };
  });
}

/** Agents of BAMF on virtual machines and other hosts. */
export const bamfAgents: ConfiguredProduct & HostsProduct<BamfAgentsConfig> = {
  name: "bamfAgents",
  targets: ["hosts"],
  settings: bamfAgentsSchema,
  assets: AGENTS,
  // 503 until it is registered and listens to the API; the port is fixed. Source: mattrobinsonsre/bamf@v0.11.0:pkg/agent
  ready: "http://127.0.0.1:8081/ready",
  catalogue: async ({ catalogue }) => newsIn(await knownReleases(catalogue)),
  follows: ({ api }) => followedApi(api),
  checks: ({ settings: { api, hosts } }) => {
    const names = Object.entries(hosts.inventory).flatMap(([host, { labels }]) => {
      const name = labels[NAME_LABEL];
      return name === undefined ? [] : [[host, name] as const];
    });
    const options = {
      ...(api?.url === undefined ? {} : { url: api.url }),
      token: TOKEN,
      names: Object.fromEntries(names),
    };
    return { kind: "bamf-agents", options };
  },
  ask: (input, all) => askGates(allGatesOnHosts, input, all),
};
