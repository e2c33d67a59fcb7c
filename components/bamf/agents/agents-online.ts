import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { RunHostChecks } from "../../hosts/steps/verification";
import { wordsOf } from "../../upgrade/step-io";
import { patientSignal } from "../../upgrade/patience";

/** What the checks are told. */
const onlineOptionsSchema = z.strictObject({
  /** Of the API, without a path; absent if the stack file names none. */
  url: z.string().min(1).optional(),
  /** Variable of the environment with the token of somebody with the role admin or audit. */
  token: z.string().min(1),
  /** Names by which the API knows agents, where they are not those of their hosts. */
  names: z.record(z.string(), z.string()).default({}),
  /** How long agents have to come back, in seconds. Source: BAMF guide and AGENT_TTL_SECONDS: an agent is offline after 180 s. */
  withinSeconds: z.number().min(0).default(180),
});

/** Source: `mattrobinsonsre/bamf@081200e:services/bamf/api/routers/agents.py`, list_agents: a page of agents, and the cursor of the next one. */
const page = z.object({
  items: z.array(
    z.object({ name: z.string(), status: z.string(), last_heartbeat: z.string().nullish() }),
  ),
  next_cursor: z.string().nullish(),
});

const LOOK_MS = 3000;
const ASK_MS = 15_000;
/** An agent says something every 60 s; what the API calls online may be gone for up to 180 s. */
const FRESH_MS = 75_000;

/** One agent, as the API tells of it. */
export interface ListedAgent {
  readonly status: string;
  /** ISO 8601; undefined if it never said anything. */
  readonly heard: string | undefined;
}

/** Which agents the API does not hear now, with what it says of each. */
export const unheard = (
  names: readonly string[],
  listed: ReadonlyMap<string, ListedAgent>,
  now: number,
): readonly string[] =>
  names.flatMap((name) => {
    const found = listed.get(name);
    if (found === undefined)
      return [
        `the API does not know an agent ${name} (under another name there, give its host the label agent)`,
      ];
    if (found.status !== "online") return [`agent ${name} is ${found.status} in the API`];
    if (found.heard !== undefined && now - Date.parse(found.heard) <= FRESH_MS) return [];
    return [`agent ${name} was heard by the API last at ${found.heard ?? "no time"}`];
  });

/** Looks whether the API hears the agents of all hosts (B-12, B-39), and gives them the time that they may take. Writes nothing. */
export const checkAgentsOnline: RunHostChecks = async (hosts, given, io) => {
  const { url, token: variable, names, withinSeconds } = onlineOptionsSchema.parse(given);
  if (url === undefined)
    return { faults: [], said: ["the API is not asked for its agents: api.url names no place"] };
  const token = io.env[variable];
  if (token === undefined || token === "")
    return { faults: [], said: [`the API is not asked for its agents: there is no ${variable}`] };
  const agents = hosts.map((host) => names[host] ?? host);
  for (const end = performance.now() + withinSeconds * 1000; ;) {
    const faults = await listAgents(url, token, io.signal).then(
      ({ listed, now }) => unheard(agents, listed, now),
      (error: unknown) => [
        `the API could not be asked for its agents: ${wordsOf(error)} (see api.url and ${variable})`,
      ],
    );
    if (faults.length === 0) return { faults, said: [`the API hears ${agents.length} agents`] };
    if (performance.now() >= end) return { faults, said: [] };
    await pause(LOOK_MS, undefined, { signal: io.signal });
  }
};

/** All agents by their names, page by page, and what time it is for the API: that of this machine may be off. @throws Error if the API does not answer, or refuses */
async function listAgents(
  url: string,
  token: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly listed: ReadonlyMap<string, ListedAgent>; readonly now: number }> {
  const listed = new Map<string, ListedAgent>();
  let now: number;
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    const answer = await fetch(`${url.replace(/\/$/, "")}/api/v1/agents${query}`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.any([patientSignal(ASK_MS), ...(signal ? [signal] : [])]),
    });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const clock = Date.parse(answer.headers.get("date") ?? "");
    now = Number.isNaN(clock) ? Date.now() : clock;
    const { items, next_cursor: next } = page.parse(await answer.json());
    for (const { name, status, last_heartbeat: heard } of items)
      listed.set(name, { status, heard: heard ?? undefined });
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  return { listed, now };
}
