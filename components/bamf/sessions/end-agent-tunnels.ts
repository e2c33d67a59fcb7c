import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { EndedSessions, EndSessions, SessionsArgs } from "../../upgrade/sessions";
import { StepFailure } from "../../upgrade/step-io";
import { decideRemaining } from "./decide";

/** What is told about the agents of the chart. */
export const agentOptionsSchema = z.strictObject({
  container: z.string().min(1).default("agent"),
  /** Labels that all of their pods have. */
  labels: z.record(z.string(), z.string()),
  /** Port of an agent's metrics, which is fixed in the product. */
  metricsPort: z.number().int().positive().default(8081),
});
/** As the program writes it: what has a default may be left out. */
export type AgentOptionsInput = z.input<typeof agentOptionsSchema>;

const EMPTY_MS = 2000;
const LOOK_MS = 1000;

/**
 * Waits until no tunnel runs through the agents of the chart, since the stop of an agent cuts all that run through it at once and nothing can carry them (5.3 of
 * what is known of the product: 0 of 63 were kept). New ones cannot be kept off: there is no other agent for what it stands beside.
 */
export const endAgentTunnels: EndSessions = async ({ platform, workload, policy, options }, io) => {
  const { container, labels, metricsPort } = agentOptionsSchema.parse(options);
  const running = await platform.runningImages(labels, container);
  // A first install: nothing is replaced.
  if (running.length === 0) return { found: 0, cut: 0 };
  const end = Date.now() + policy.limitSeconds * 1000;
  let found: number | undefined;
  let emptySince: number | undefined;
  let said = "";
  for (;;) {
    const open = await openThrough(platform, workload, metricsPort);
    const timeIsOver = Date.now() >= end;
    if (open === undefined && timeIsOver) throw unknown(workload);
    if (open !== undefined) {
      found ??= open;
      emptySince = open === 0 ? (emptySince ?? Date.now()) : undefined;
      const line = `${workload}: ${open} tunnels run through its agents, whose stop cuts them`;
      if (line !== said && open > 0) io.say((said = line));
      const ended = judge({ found, open, emptySince, timeIsOver }, workload, policy);
      if (ended !== undefined) return ended;
    }
    await pause(LOOK_MS, undefined, { signal: io.signal });
  }
};

interface Seen {
  readonly found: number;
  readonly open: number;
  readonly emptySince: number | undefined;
  readonly timeIsOver: boolean;
}

/** @returns undefined to look again */
function judge(
  { found, open, emptySince, timeIsOver }: Seen,
  workload: string,
  policy: SessionsArgs["policy"],
): EndedSessions | undefined {
  const verdict = decideRemaining({ open, fixed: open }, policy, { timeIsOver, carries: false });
  if (verdict.kind === "stop")
    throw new StepFailure(
      `${workload} keeps its release, since ${verdict.reason}`,
      "have users end them, raise the limit, or choose another policy for the sessions, then run the upgrade again; all before it is done",
    );
  const isQuiet = emptySince === undefined || Date.now() - emptySince >= EMPTY_MS;
  return verdict.kind === "go" && isQuiet ? { found, cut: verdict.cut } : undefined;
}

/**
 * Tunnels through all agents of a workload, those of a release before among them, which serve on where their successors have not come up; undefined if one of them
 * does not say. One that was never ready has none: it has heard no command of the API.
 */
async function openThrough(
  platform: Pick<SessionsArgs["platform"], "look" | "ask">,
  workload: string,
  port: number,
): Promise<number | undefined> {
  const { instances, older } = await platform.look(workload);
  const all = [...instances, ...older];
  // Some run: that none is listed does not make it none.
  if (all.length === 0) return undefined;
  const counts = await Promise.all(
    all.map(async ({ name, wasReady }) => {
      if (!wasReady) return 0;
      const reply = await platform.ask({ instance: name, port }, "/metrics");
      const count = /^bamf_agent_active_tunnels\s+(\S+)/m.exec(reply?.body ?? "")?.[1];
      return reply?.status === 200 && count !== undefined ? Number(count) : undefined;
    }),
  );
  return counts.reduce<number | undefined>(
    (sum, one) => (sum === undefined || one === undefined ? undefined : sum + one),
    0,
  );
}

const unknown = (workload: string) =>
  new StepFailure(
    `not each agent of ${workload} says how many tunnels run through it`,
    "see that its pods are well and that their metrics can be reached, then run the upgrade again",
  );
