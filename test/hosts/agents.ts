import { hostFacts, type HostFacts } from "../../components/hosts/facts/host-facts";
import type { SeenHost } from "../../components/hosts/gate-input";
import type { HostGroup } from "../../components/hosts/plan/groups";

export const NOW = 1_764_370_000_000;
export const DAY = 86_400_000;

/** A sum that is one digit. */
export const sum = (digit: string): string => digit.repeat(64);

/** By what notes on hosts name the stack of these tests. */
export const claim = { stack: "gateways/prod" };

/** What a look at an agent that is well finds: it runs the release with the sum of `a`, changed as said. */
export const agent = (change: Partial<HostFacts> = {}): HostFacts => ({
  ...hostFacts(new Map()),
  machine: "x86_64",
  clock: NOW,
  unit: { isThere: true, state: "active", enabled: "enabled", user: "bamf" },
  binary: "/usr/bin/bamf-agent",
  sha256: sum("a"),
  running: sum("a"),
  process: 7,
  freeKiB: 204_800,
  tunnels: 0,
  certificateEnds: NOW + 100 * DAY,
  ...change,
});

export const seen = (
  name: string,
  change: Partial<HostFacts> = {},
  group = "canary",
): SeenHost => ({ name, group, facts: agent(change) });

/** A canary group of two and one of ten, of which one may be missing. */
export const groups: readonly HostGroup[] = [
  { name: "canary", size: 1, mayMiss: 10, hosts: ["c1", "c2"] },
  {
    name: "web",
    size: 5,
    mayMiss: 10,
    hosts: Array.from({ length: 10 }, (_, index) => `w${index + 1}`),
  },
];

/** The release with the sum of `b`, wanted of each host. */
export const wantedOn = () => ({ release: "0.11.0", sha256: sum("b"), sizeKiB: 20_480 });
