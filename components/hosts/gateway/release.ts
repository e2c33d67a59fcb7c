import type { Evidence } from "../../upgrade/evidence/evidence";
import type { NamedImage } from "../../upgrade/image-name";
import type { Observation } from "../../upgrade/observation";
import { fingerprint } from "../../upgrade/fingerprint";
import type { Sums } from "../facts/assets";
import type { HostFacts } from "../facts/host-facts";
import type { HostGroup } from "../plan/groups";
import type { HostWithUnit } from "../roll/over-ssh";
import type { HostsPlace } from "../settings";

const ALGORITHM = "sha256:";

/** A file of a release under a name that evidence keeps: `bamf-agent-linux-amd64:0.11.0`. */
export const assetImage = (asset: string, release: string): string => `${asset}:${release}`;

/** Each different file of the wanted release. */
export const assetNames = (assets: Readonly<Record<string, string>>): readonly string[] => [
  ...new Set(Object.values(assets)),
];

/** The files as what would run, for gates and evidence. */
export const assetImages = (
  assets: Readonly<Record<string, string>>,
  release: string,
): readonly NamedImage[] =>
  assetNames(assets).map((asset) => ({ at: asset, image: assetImage(asset, release) }));

/** Sums with which a release was verified by this evidence; of files with other names there are none. */
function sumsIn({ images = {} }: Evidence, release: string, names: readonly string[]): Sums {
  return Object.fromEntries(
    names.flatMap((asset) => {
      const digest = images[assetImage(asset, release)];
      return digest?.startsWith(ALGORITHM) === true
        ? [[asset, digest.slice(ALGORITHM.length)]]
        : [];
    }),
  );
}

/** Sums with which a release was verified last; undefined if it never was. */
export function verifiedSums(
  history: readonly Evidence[],
  release: string,
  names: readonly string[],
): Sums | undefined {
  const last = history.findLast(({ version }) => version === release);
  const sums = last && sumsIn(last, release, names);
  return sums === undefined || Object.keys(sums).length === 0 ? undefined : sums;
}

/** Sums by which the wanted release is known: those with which it was verified, whatever is published under its name since; else those of its list, as far as hosts may need them. */
export const wantedSums = (
  listed: Observation<Sums>,
  verified: Sums | undefined,
  names: readonly string[],
): Sums => ({
  ...(listed.observed
    ? Object.fromEntries(Object.entries(listed.value).filter(([asset]) => names.includes(asset)))
    : {}),
  ...verified,
});

/** The last sum with which each host was verified, by its name. */
export const verifiedHosts = (history: readonly Evidence[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    history.flatMap(({ digests }) =>
      Object.entries(digests).flatMap(([at, digest]) =>
        digest.startsWith(ALGORITHM)
          ? [[at.slice(at.indexOf("/") + 1), digest.slice(ALGORITHM.length)] as const]
          : [],
      ),
    ),
  );

/** Names of the files that the hosts that have answered need. */
export const neededOn = (
  hosts: readonly Observation<Pick<HostFacts, "machine">>[],
  assets: Readonly<Record<string, string>>,
): readonly string[] => [
  ...new Set(
    hosts.flatMap((look) => (look.observed ? (assets[look.value.machine ?? ""] ?? []) : [])),
  ),
];

/** Releases by the sums of their files. */
export function knownReleases(
  history: readonly Evidence[],
  names: readonly string[],
  wanted: { readonly release: string; readonly sums: Sums },
): Readonly<Record<string, string>> {
  const verified = history.flatMap((one) =>
    Object.values(sumsIn(one, one.version, names)).map((sum) => [sum, one.version] as const),
  );
  const now = Object.values(wanted.sums).map((sum) => [sum, wanted.release] as const);
  return Object.fromEntries([...verified, ...now]);
}

/** The groups with their hosts, in the order of the stack file. */
export const groupsOf = ({ groups, inventory }: HostsPlace): readonly HostGroup[] =>
  groups.map(({ name, size, mayMiss }) => ({
    name,
    size,
    mayMiss,
    hosts: Object.entries(inventory).flatMap(([host, { group }]) => (group === name ? [host] : [])),
  }));

/** How each host is reached, by its name. */
export const hostsOf = (place: HostsPlace): Readonly<Record<string, HostWithUnit>> =>
  Object.fromEntries(
    Object.entries(place.inventory).map(([name, host]) => [
      name,
      {
        name,
        address: host.address,
        port: host.port ?? place.port,
        user: host.user ?? place.user,
        hostKey: host.hostKey,
        unit: host.unit ?? place.unit,
        ...((host.beside ?? place.beside) ? { beside: true } : {}),
        ...(place.identity === undefined ? {} : { identity: place.identity }),
      },
    ]),
  );

/** What a group is, without the way to its hosts: whatever changes of it has it rolled again. */
export const groupHash = (place: HostsPlace, group: HostGroup, sums: Sums): string => {
  const hosts = hostsOf(place);
  const members = group.hosts.map((name) => [name, hosts[name]?.address, hosts[name]?.unit]);
  return fingerprint({ members, sums });
};

/** Says what exactly is rolled out: release, sums, hosts and groups. */
export const configHash = (place: HostsPlace, release: string, sums: Sums): string =>
  fingerprint({
    release,
    groups: groupsOf(place).map((group) => [group.name, groupHash(place, group, sums)]),
  });
