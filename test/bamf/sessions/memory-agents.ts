import { agentOptionsSchema } from "../../../components/bamf/sessions/options";
import type { AgentSide, Agents, KeptAgents } from "../../../components/bamf/sessions/agents";

/** Agents in memory: their tunnels are given look by look, and the last look stays. */
export function memoryAgents(
  tunnels: (number | undefined)[],
  kept: Partial<KeptAgents>[] | "nothing is written" = [{}],
  instances: readonly string[] = ["new-1"],
) {
  const calls: string[] = [];
  const said: string[] = [];
  const next = <T>(of: T[]): T | undefined => (of.length > 1 ? of.shift() : of[0]);
  const side: AgentSide | undefined =
    kept === "nothing is written"
      ? undefined
      : {
          keep: (names) => {
            calls.push(`keep ${names.join(" ")}`);
            const held = { state: "held" as const, bridge: null, online: ["new-1"] };
            return Promise.resolve({ ...held, coming: null, heard: {}, ...next(kept) });
          },
          settle: () => Promise.resolve(void calls.push("settle")),
          giveBack: () => Promise.resolve(void calls.push("give back")),
        };
  const agents: Agents = {
    options: agentOptionsSchema.parse({
      ...{ api: { workload: "bamf-api", labels: {} }, bridge: { labels: {} } },
      registersWithinSeconds: 0.03,
    }),
    side,
    tunnels: () => Promise.resolve(next(tunnels)),
    instanceOf: (name) => Promise.resolve(`instance of ${name}`),
    newInstances: () => Promise.resolve(instances),
    anyReady: () => Promise.resolve(instances.length > 0),
    pause: () => new Promise((resolve) => setTimeout(resolve, 5)),
    say: (line) => void said.push(line),
  };
  return { agents, calls, said };
}
