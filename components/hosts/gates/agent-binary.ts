import { gate, type Finding } from "../../upgrade/finding";
import type { SeenHost } from "../gate-input";
import { isStray } from "../plan/beside";
import { isCutOff } from "../plan/judge-host";

const { pass, warn } = gate("agent-binary");

/** What this gate looks at. */
export interface AgentBinaryArgs {
  readonly hosts: readonly SeenHost[];
  /** Releases by the sums of their files. */
  readonly known: Readonly<Record<string, string>>;
  /** Sum that the wanted release has for a host; undefined if nobody knows. */
  readonly wantedOn: (host: SeenHost) => { readonly sha256: string } | undefined;
  /** True if nothing is to change: a host that is not at the release has fallen behind. */
  readonly unchanged: boolean;
}

/** Tells what runs where it is not what one would think: a binary of no known release, a file that was changed and not started (T-32), and hosts that have fallen behind. */
export function agentBinary(args: AgentBinaryArgs): readonly Finding[] {
  const { hosts, known } = args;
  const findings = hosts.flatMap((host) => ofHost(host, args));
  const [first] = hosts;
  if (findings.length > 0 || first === undefined) return findings;
  const counts = new Map<string, number>();
  for (const { facts } of hosts) {
    const release = known[facts.running ?? ""] ?? "unknown";
    counts.set(release, (counts.get(release) ?? 0) + 1);
  }
  const found = [...counts].map(([release, count]) => `${release} on ${count}`).join(", ");
  return [pass({ at: `${hosts.length} hosts`, found })];
}

function ofHost(
  host: SeenHost,
  { known, wantedOn, unchanged }: AgentBinaryArgs,
): readonly Finding[] {
  const { sha256, running } = host.facts;
  const at = `host ${host.name}`;
  if (running !== undefined && sha256 !== undefined && running !== sha256)
    return [
      warn({
        at,
        found: "a process that executes another file than the one at its path",
        expected: "an agent that was restarted after its file was changed (T-32)",
        fix: "nothing; this run puts the release there, unless it is, and restarts it",
      }),
    ];
  if (running === undefined && isCutOff(host.facts))
    return [
      warn({
        at,
        found: `an agent that is down since a swap to ${known[sha256 ?? ""] ?? "an unknown release"} was cut off`,
        expected: "a swap that has its verdict",
        fix: "nothing; this run ends it, or brings another release in its place",
      }),
    ];
  const release = known[running ?? ""];
  const stranger =
    running === undefined || release !== undefined
      ? undefined
      : `a binary of no release that this stack knows (sha256 ${running.slice(0, 12)})`;
  const wanted = wantedOn(host);
  if (wanted !== undefined && isStray(host.facts, wanted))
    return [
      warn({
        at,
        found: `a second instance, of ${known[host.facts.beside?.sha256 ?? ""] ?? "an unknown release"}, beside the agent`,
        expected: "one of the wanted release, or none",
        fix: "nothing; this run ends it with its last tunnel",
      }),
    ];
  if (unchanged && wanted !== undefined && running !== wanted.sha256)
    return [
      warn({
        at,
        found: `${release ?? stranger ?? "no agent"} runs`,
        expected: "the release that was verified last",
        fix: "nothing; this run brings it there",
      }),
    ];
  if (stranger !== undefined)
    return [
      warn({
        at,
        found: stranger,
        expected: "a release that this stack has verified, or wants",
        fix: "set the version to the release that runs and run pulumi up first: it makes it known, and swaps nothing where its very file runs",
      }),
    ];
  return [];
}
