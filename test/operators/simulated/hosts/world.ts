import type { HostFacts } from "../../../../components/hosts/facts/host-facts";
import type { HostsConfig } from "../../../../components/hosts/gateway/settings";
import type { Evidence } from "../../../../components/upgrade/evidence/evidence";
import { agent } from "../../../hosts/agents";
import { agentsConfig } from "../../../hosts/stack-values";

/** Releases, oldest first. */
export const RELEASES = ["0.10.0", "0.11.0", "0.12.0"] as const;
export type Release = (typeof RELEASES)[number];

const DIGITS: Readonly<Record<Release, string>> = { "0.10.0": "a", "0.11.0": "b", "0.12.0": "c" };
export const sumOf = (release: Release): string => DIGITS[release].repeat(64);
export const releaseOf = (sum: string): Release | undefined =>
  RELEASES.find((release) => sumOf(release) === sum);
export const age = (release: Release): number => RELEASES.indexOf(release);

/** One host, with what its own program has noted. */
export interface SimulatedHost {
  readonly group: string;
  runs: Release;
  kept: Release | undefined;
  /** What a second instance beside it runs, if one takes new tunnels there. */
  second: Release | undefined;
  /** Releases that did not come up, each as often as it was tried. */
  failed: Release[];
  /** Releases that do not come up here. */
  broken: Release[];
  away: boolean;
}

/** What protects hosts, so that a test can take one out and see that it is missed. */
export const HOST_SAFEGUARDS = [
  "the old binary is put back",
  "a failed release is remembered",
  "a failure halts",
  "agents wait for their API",
  "the API waits for its agents",
] as const;
export type HostSafeguard = (typeof HOST_SAFEGUARDS)[number];

/** Agents on hosts, their API, and the stack file of both. */
export interface HostsWorld {
  readonly hosts: Record<string, SimulatedHost>;
  file: { agents: Release; api: Release; retry: Release | undefined; beside: boolean };
  /** What was verified of the API, and what its pods run by now. */
  api: { verified: Release; runs: Release };
  history: Evidence[];
  /** Laws that a run has broken, in words. */
  broken: string[];
  readonly without: HostSafeguard | undefined;
}

/** Hosts at the first release beside an API of the last one, and nothing verified yet. @param groups - number of hosts by the name of their group */
export function hostsWorld(
  groups: Readonly<Record<string, number>>,
  without?: HostSafeguard,
): HostsWorld {
  const hosts = Object.entries(groups).flatMap(([group, count]) =>
    Array.from({ length: count }, (_, index): [string, SimulatedHost] => [
      `${group}${index + 1}`,
      {
        ...{ group, runs: "0.10.0", kept: undefined, second: undefined },
        ...{ failed: [], broken: [], away: false },
      },
    ]),
  );
  return {
    hosts: Object.fromEntries(hosts),
    file: { agents: "0.10.0", api: "0.12.0", retry: undefined, beside: false },
    api: { verified: "0.12.0", runs: "0.12.0" },
    history: [],
    broken: [],
    without,
  };
}

/** What a look at a host finds. */
export const factsOf = (
  { runs, kept, second, failed }: SimulatedHost,
  world: HostsWorld,
): HostFacts =>
  agent({
    sha256: sumOf(runs),
    running: sumOf(runs),
    kept: kept && sumOf(kept),
    beside: second && { sha256: sumOf(second), phase: "leads", tunnels: 0 },
    failed:
      world.without === "a failed release is remembered"
        ? []
        : failed.map((release) => ({
            sha256: sumOf(release),
            release,
            at: 0,
            reason: "its unit is failed",
          })),
  });

/** The stack file, with every consent that is not about a failure. @param size - most hosts of a group that change at one time */
export function configOf({ hosts, file }: HostsWorld, size = 3): HostsConfig {
  const word = (release: string) => ({ release, reason: "agreed" });
  const groups = [...new Set(Object.values(hosts).map(({ group }) => group))];
  const inventory = Object.entries(hosts).map(([name, { group }], index) => [
    name,
    {
      address: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
      group,
      hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample",
    },
  ]);
  return agentsConfig(
    {
      version: file.agents,
      notesRead: file.agents,
      api: { gateway: "bamf" },
      consents: {
        major: word(file.agents),
        ...(file.retry === undefined ? {} : { retry: word(file.retry) }),
      },
    },
    {
      beside: file.beside,
      groups: groups.map((name) => ({ name, size, mayMiss: 25 })),
      inventory: Object.fromEntries(inventory) as object,
    },
  );
}
