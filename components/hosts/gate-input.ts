import type { CoreFacts } from "../upgrade/facts";
import type { CoreInput, CoreSettings } from "../upgrade/gate-input";
import type { Observation } from "../upgrade/observation";
import type { Consent } from "../upgrade/plan/consent";
import type { RemainingPolicy } from "../upgrade/sessions";
import type { Sums } from "./facts/assets";
import type { HostFacts } from "./facts/host-facts";
import type { HostGroup } from "./plan/groups";
import type { Claim } from "./plan/owner";
import type { TakeOverConsent } from "./plan/owner-findings";

/** What is known of the files of the wanted release. */
export interface AssetsFacts extends CoreFacts {
  /** What the files of the wanted release must hash to, as its own list says. */
  readonly sums: Observation<Sums>;
  /** Size of each file that would have to be brought, in KiB; undefined where its server does not say. */
  readonly sizes: Readonly<Record<string, Observation<number | undefined>>>;
  /** The release of what it may not be newer than, as it was verified last; undefined if the stack file names nothing. */
  readonly followed: Observation<string | undefined> | undefined;
  /** Releases that its pods run or start now; undefined if it is no gateway of this stack in a cluster, so that nobody can look from here. */
  readonly followedLive?: Observation<readonly string[]> | undefined;
}

/** Everything live that a gate may judge of a product on hosts. */
export interface HostsCoreFacts extends AssetsFacts {
  /** One look at each host, by its name. */
  readonly hosts: Readonly<Record<string, Observation<HostFacts>>>;
}

/** A consent to cut tunnels, by the name of the group. */
export interface CutConsent extends Consent {
  readonly groups: Readonly<Record<string, number>>;
}

/** What the stack file says of a product on hosts that gates ask about. */
export interface HostsGateSettings extends CoreSettings {
  readonly sessions: { readonly policy: RemainingPolicy; readonly limitMinutes: number };
  readonly consents: CoreSettings["consents"] & {
    readonly cut?: CutConsent | undefined;
    readonly retry?: Consent | undefined;
    readonly skew?: Consent | undefined;
    readonly takeOver?: TakeOverConsent | undefined;
  };
}

/** Everything that gates are asked about a product that comes as files of a release. */
export interface AssetsInput extends CoreInput {
  readonly facts: AssetsFacts;
  /** Where the files of a release come from, in words. */
  readonly assetsAt: string;
  /** Name of the file for each machine. */
  readonly assets: Readonly<Record<string, string>>;
  /** Names of the files that are needed. */
  readonly needed: readonly string[];
  /** Sums by which the wanted release is known, from when it was verified, else from its own list; none if nobody tells. */
  readonly wanted: Sums;
  /** Sums with which this stack has verified the wanted release; undefined if it never has. */
  readonly verified: Sums | undefined;
  /** Releases by the sums of their files, as far as this stack has verified them or wants them. */
  readonly known: Readonly<Record<string, string>>;
  /** Of what it may not be newer: `gateway bamf of stack prod`; undefined if the stack file names nothing. */
  readonly follows: string | undefined;
  /** The release to which this very stack file brings that; undefined if another one does, or nobody. */
  readonly followedTo: string | undefined;
}

/** Everything that gates are asked about a product on hosts. */
export interface HostsInput extends AssetsInput {
  readonly settings: HostsGateSettings;
  readonly facts: HostsCoreFacts;
  /** By what notes on hosts name this stack. */
  readonly claim: Claim;
  /** Hosts that change together, in their order. */
  readonly groups: readonly HostGroup[];
  /** Names of the hosts on which the stack file lets a second instance run beside the agent. */
  readonly besideOn: readonly string[];
  /** The last sum with which each host was verified, by its name; also of those that are out of reach now. */
  readonly lastSeen: Readonly<Record<string, string>>;
}

/** What is wanted of one host: sum and size of its file; undefined where nobody knows what that is. */
export function wantedOf(
  { assets, wanted, plan, facts, settings }: HostsInput,
  machine: string | undefined,
) {
  const asset = machine === undefined ? undefined : assets[machine];
  const sha256 = asset === undefined ? undefined : wanted[asset];
  if (asset === undefined || sha256 === undefined) return undefined;
  const size = facts.sizes[asset];
  const sizeKiB = size?.observed === true ? (size.value ?? 0) : 0;
  const retry = settings.consents.retry?.release === plan.to;
  return { release: plan.to, sha256, sizeKiB, retry };
}

/** A host that has answered. */
export interface SeenHost {
  readonly name: string;
  readonly group: string;
  readonly facts: HostFacts;
}

/** The hosts that have answered, in the order of their groups. */
export const seenHosts = ({ groups, facts }: Pick<HostsInput, "groups" | "facts">) =>
  groups.flatMap(({ name: group, hosts }) =>
    hosts.flatMap((name): readonly SeenHost[] => {
      const look = facts.hosts[name];
      return look?.observed === true ? [{ name, group, facts: look.value }] : [];
    }),
  );
