import { gate, type Finding } from "../../upgrade/finding";
import type { SeenHost } from "../gate-input";

const { pass, warn } = gate("agent-beside");

/** What this gate looks at. */
export interface AgentBesideArgs {
  /** Hosts whose agent would be stopped, as far as the stack file lets a second instance run there. */
  readonly stopped: readonly SeenHost[];
  /** Config path of the option. */
  readonly at: string;
}

/** Tells by group on which hosts a second instance takes new tunnels while those of the old one end, and why it cannot elsewhere. */
export function agentBeside({ stopped, at }: AgentBesideArgs): readonly Finding[] {
  if (stopped.length === 0) return [pass({ at, found: "no second instance of an agent" })];
  const groups = [...new Set(stopped.map(({ group }) => group))];
  return groups.map((group) =>
    ofGroup(
      group,
      stopped.filter((host) => host.group === group),
      at,
    ),
  );
}

function ofGroup(group: string, hosts: readonly SeenHost[], at: string): Finding {
  const able = hosts.filter(({ facts }) => facts.cannotBeside === undefined);
  const unable = hosts.filter(({ facts }) => facts.cannotBeside !== undefined);
  const names = able.map(({ name }) => name).join(", ");
  const found = `group ${group}: a second instance takes new tunnels on ${names || "no host"}, and the agent is stopped once its own have ended`;
  if (unable.length === 0) return pass({ at, found });
  const why = unable.map(({ name, facts }) => `${name}: ${facts.cannotBeside ?? ""}`).join("; ");
  return warn({
    at,
    found: `${found}; elsewhere new ones keep coming to the agent while it waits (${why})`,
    expected: "hosts on which one can run",
    fix: "see to the cause there, or leave it: the host waits for its tunnels as without",
  });
}
