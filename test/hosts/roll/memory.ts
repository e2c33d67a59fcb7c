import { setTimeout as pause } from "node:timers/promises";
import { hostFacts, type HostFacts } from "../../../components/hosts/facts/host-facts";
import type { TunnelPolicy } from "../../../components/hosts/plan/tunnels";
import type { HostGroup } from "../../../components/hosts/plan/groups";
import type { HostsAccess, SwapOutcome } from "../../../components/hosts/roll/hosts-access";
import { rollGroups } from "../../../components/hosts/roll/roll-groups";
import { sum } from "../agents";

const wanted = { release: "0.11.0", sha256: sum("b"), sizeKiB: 100 };
/** Two canaries, and three more, of which one may be missing. */
export const groups: readonly HostGroup[] = [
  { name: "canary", size: 2, mayMiss: 0, hosts: ["c1", "c2"] },
  { name: "web", size: 2, mayMiss: 34, hosts: ["w1", "w2", "w3"] },
];

/** Hosts in memory, each with the sum of what it runs; what becomes of a swap is said before. */
export class Memory implements HostsAccess {
  readonly running = new Map(
    groups.flatMap(({ hosts }) => hosts.map((host) => [host, sum("a")] as const)),
  );
  readonly away = new Set<string>();
  readonly ends = new Map<string, Partial<SwapOutcome> | Error>();
  readonly swapped: string[] = [];
  readonly said: string[] = [];
  /** Tunnels through each agent. */
  readonly open = new Map<string, number>();
  /** Tunnels that were cut there for a release, as it has noted them. */
  readonly cut = new Map<string, Readonly<Record<string, number>>>();
  policy: TunnelPolicy = { policy: "stop", limitSeconds: 0, consented: new Map() };
  most = 0;
  private now = 0;

  look = (host: string): Promise<HostFacts> =>
    this.away.has(host)
      ? Promise.reject(new Error("no answer within 15 s"))
      : Promise.resolve({
          ...hostFacts(new Map()),
          unit: { isThere: true, state: "active", enabled: "enabled", user: "bamf" },
          binary: "/usr/bin/bamf-agent",
          machine: "x86_64",
          sha256: this.running.get(host),
          running: this.running.get(host),
          tunnels: this.open.get(host) ?? 0,
          cut: this.cut.get(host) ?? {},
        });

  /** What happens on a host while its file is brought. */
  readonly meanwhile = new Map<string, () => void>();
  readonly staged: string[] = [];

  stage = (host: string): Promise<string | undefined> => {
    this.staged.push(host);
    this.meanwhile.get(host)?.();
    return Promise.resolve(this.full.has(host) ? "no room beside its binary" : undefined);
  };
  readonly full = new Set<string>();

  swap = async (host: string, { sha256 }: { readonly sha256: string }): Promise<SwapOutcome> => {
    this.swapped.push(host);
    this.most = Math.max(this.most, (this.now += 1));
    await pause(5);
    this.now -= 1;
    const end = this.ends.get(host) ?? {};
    if (end instanceof Error) throw end;
    const outcome: SwapOutcome = { outcome: "swapped", reason: "", identity: "kept", ...end };
    if (outcome.outcome === "swapped") this.running.set(host, sha256);
    return outcome;
  };

  roll = () =>
    rollGroups({ groups, wanted: () => wanted, tunnels: this.policy, everySeconds: 0.01 }, this, {
      env: {},
      say: (line) => this.said.push(line),
    });
}
