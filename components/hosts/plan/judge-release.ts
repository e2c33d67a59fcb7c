import type { HostFacts } from "../facts/host-facts";

/** Two looks at one host, some time apart. */
export interface WatchedHost {
  readonly name: string;
  readonly first: HostFacts;
  readonly last: HostFacts;
  /** Sum of the file that it shall run; a text says why there is none. */
  readonly wanted: string | { readonly sha256: string };
}

/** What speaks against the release on one host, as sentences without their full stop: what runs, whether it lasts, and whether it comes back with the next boot (T-32, T-43). */
export function releaseFaults({ name, first, last, wanted }: WatchedHost): readonly string[] {
  if (typeof wanted === "string") return [`${name}: ${wanted}`];
  const { unit, sha256, running, process } = last;
  return [
    ...(unit.state === "active" ? [] : [`${name}: the unit is ${unit.state}, not active`]),
    ...(unit.enabled === "enabled" ? [] : [`${name}: the unit is ${unit.enabled}, not enabled`]),
    ...(running === wanted.sha256
      ? []
      : [
          sha256 === wanted.sha256
            ? `${name}: the file is that of the release, and its process executes another one`
            : `${name}: it runs another binary (sha256 ${running?.slice(0, 12) ?? "none"})`,
        ]),
    // Its next start, such as that of the whole host, would bring what nobody has verified.
    ...(running !== wanted.sha256 || sha256 === wanted.sha256
      ? []
      : [
          `${name}: its process executes the release, and another file lies in its place (sha256 ${sha256?.slice(0, 12) ?? "none"})`,
        ]),
    ...(process === first.process ? [] : [`${name}: the agent was restarted while it was watched`]),
  ];
}
