/** Hosts that change together, as the stack file has them. */
export interface HostGroup {
  readonly name: string;
  /** Most of them that change at one time. */
  readonly size: number;
  /** Share that may be out of reach, in percent; of the first group none may. */
  readonly mayMiss: number;
  readonly hosts: readonly string[];
}

/**
 * Where one host stands in a rollout.
 *
 * - `waiting`: it runs another release and was not touched.
 * - `swapping`: under way.
 * - `updated`: it runs the wanted release, and is back.
 * - `missing`: it does not answer.
 * - `failed`: swapped back, refused, or not back in time.
 */
export type HostState = "waiting" | "swapping" | "updated" | "missing" | "failed";

/** What may be done next. */
export interface NextHosts {
  /** Hosts that may begin now. */
  readonly begin: readonly string[];
  /** The group that is under way; undefined if all of them are done. */
  readonly group: string | undefined;
  /** Why no further host may begin, in words; those under way end. */
  readonly halted: string | undefined;
  /** True once each group is done. */
  readonly isDone: boolean;
}

/**
 * Chooses the hosts that may begin: of the first group that is not done, as many as its size leaves room for. A group is done once all of its hosts that answer are updated, and
 * those are enough of it. One failure halts: no further host of any group is touched.
 *
 * @param states - of each host of each group
 */
export function nextHosts(
  groups: readonly HostGroup[],
  states: ReadonlyMap<string, HostState>,
): NextHosts {
  const stateOf = (host: string): HostState => states.get(host) ?? "waiting";
  const failed = groups.flatMap(({ hosts }) => hosts).filter((host) => stateOf(host) === "failed");
  const index = groups.findIndex((one, place) => !isDone(one, place === 0, stateOf));
  const group = groups[index];
  if (group === undefined)
    return { begin: [], group: undefined, halted: undefined, isDone: failed.length === 0 };
  const { name, hosts, size } = group;
  const halted = haltOf(group, index === 0, failed, stateOf);
  if (halted !== undefined) return { begin: [], group: name, halted, isDone: false };
  const room = size - hosts.filter((host) => stateOf(host) === "swapping").length;
  const begin = hosts.filter((host) => stateOf(host) === "waiting").slice(0, Math.max(room, 0));
  return { begin, group: name, halted: undefined, isDone: false };
}

function haltOf(
  group: HostGroup,
  isFirst: boolean,
  failed: readonly string[],
  stateOf: (host: string) => HostState,
): string | undefined {
  if (failed.length > 0) return `${failed.join(", ")} failed`;
  const missing = group.hosts.filter((host) => stateOf(host) === "missing");
  if (missing.length <= mostMissing(group, isFirst)) return undefined;
  const share = isFirst ? "none of the first group may be" : `at most ${group.mayMiss} % may be`;
  return `${missing.join(", ")} of group ${group.name} out of reach; ${share}`;
}

const isDone = (
  group: HostGroup,
  isFirst: boolean,
  stateOf: (host: string) => HostState,
): boolean => {
  const missing = group.hosts.filter((host) => stateOf(host) === "missing").length;
  const updated = group.hosts.filter((host) => stateOf(host) === "updated").length;
  return updated + missing === group.hosts.length && missing <= mostMissing(group, isFirst);
};

/** How many hosts of a group may be out of reach. */
export const mostMissing = ({ hosts, mayMiss }: HostGroup, isFirst: boolean): number =>
  isFirst ? 0 : Math.floor((hosts.length * mayMiss) / 100);
