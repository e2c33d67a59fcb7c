import type { SessionPolicy } from "../../upgrade/sessions";
import { agentRollEnds, type Agents, type KeptAgents } from "./agents";
import { decideRemaining } from "./decide";

/** Zero counts once it has lasted: a tunnel may be on its way. */
const EMPTY_MS = 2000;
const LOOK_MS = 1000;
/**
 * How long a tunnel that an old instance was chosen for gets to arrive, from the moment in which it was seen to be set up: that is how long its session lasts until then, and an agent that has lost
 * the API for a moment hears of it late. Unit: seconds. Source: `mattrobinsonsre/bamf@v0.11.0:services/bamf/api/routers/connect.py` (SESSION_TTL_SECONDS).
 */
const ARRIVES_WITHIN = 30;
/**
 * With each sign of life, one a minute, the API chooses an old instance again until that is taken back, and one without tunnels first. So it stops soon after one:
 * tunnels for which it was chosen then have arrived, and the next sign is not due. Unit: seconds since the last one.
 */
const AFTER_SIGN = { from: 2, to: 6 };
/** An instance of which the API has not heard for so long is not chosen. Also how long that moment is waited for. Unit: seconds. */
const UNHEARD = 180;

/**
 * Leads new tunnels to the instances of the new release, and returns once one of them is online at the API: from then on the old ones can only lose tunnels. Where
 * nothing may be written, or the new instances do not say who they are, it does nothing: the API itself chooses the instance with the fewest tunnels.
 *
 * @returns whether new tunnels are kept off the old instances
 * @throws StepFailure if none of the new ones comes online
 */
export async function keepOff(agents: Agents): Promise<boolean> {
  const { options, pause, say } = agents;
  for (const end = performance.now() + options.registersWithinSeconds * 1000; ;) {
    const kept = await keep(agents);
    if (kept === "unknown")
      say(
        "no new agent says which instance it is, so that new tunnels are not kept off the old ones",
      );
    if (kept === undefined || kept === "unknown") return false;
    if (kept.online.length > 0) return true;
    if (performance.now() > end)
      throw agentRollEnds(
        `no new agent is online at the API after ${options.registersWithinSeconds} s`,
        "see its log, and that its certificate is accepted, then run the upgrade again; the old agents serve on",
      );
    await pause(LOOK_MS);
  }
}

type Seen = Pick<KeptAgents, "online" | "coming" | "heard">;

/**
 * What is known of the agents. Where new tunnels are not kept off, nobody says which are online or for whom tunnels are on their way: one that is ready has to do.
 * With none of them the old ones are all that serves.
 */
const seen = async (
  { anyReady }: Agents,
  kept: KeptAgents | "unknown" | undefined,
): Promise<Seen> =>
  typeof kept === "object"
    ? kept
    : { online: (await anyReady()) ? ["unknown"] : [], coming: null, heard: {} };

const isOver = (since: number | undefined, seconds: number, now: number): boolean =>
  since !== undefined && now - since >= seconds * 1000;

/** Undefined where nothing is written. */
async function keep({ side, newInstances }: Agents): Promise<KeptAgents | "unknown" | undefined> {
  if (side === undefined) return undefined;
  const instances = await newInstances();
  if (instances.length === 0) return "unknown";
  const kept = await side.keep(instances);
  if (kept.state === "busy")
    throw agentRollEnds(
      `bridge ${kept.bridge ?? ""} is being replaced, and tunnels that come back from it need their agent as it is`,
      "wait until that roll is over, then run the upgrade again",
    );
  if (kept.state === "lost")
    throw agentRollEnds(
      "somebody else decides which agents take new tunnels",
      "see that no other run rolls this BAMF, then run the upgrade again",
    );
  return kept;
}

/** An agent that may be stopped now. */
export interface PreparedAgent {
  /** Tunnels through it now, which its stop cuts. */
  readonly atStop: number;
}

/**
 * Waits until an old agent may be stopped: its tunnels have ended, or the policy lets them be cut. Nothing can carry them (5.3 of what is known of the product).
 * While no new agent is online the old ones are chosen again, and are all that serves: none is stopped then.
 *
 * @param keptOff - whether new tunnels are kept off it
 * @param since - since when its tunnels have had their time to end, in milliseconds
 * @throws StepFailure by the policy, if it does not say how many it has, or if the new agents stay offline
 */
export async function prepareAgent(
  agents: Agents,
  name: string,
  policy: SessionPolicy,
  { keptOff, since }: { readonly keptOff: boolean; readonly since: number },
): Promise<PreparedAgent> {
  const end = since + policy.limitSeconds * 1000;
  let emptySince: number | undefined;
  let offlineSince: number | undefined;
  let said = "";
  for (;;) {
    const kept = keptOff ? await keep(agents) : undefined;
    const open = await agents.tunnels(name);
    const { online, coming, heard } = await seen(agents, kept);
    const now = performance.now();
    offlineSince = online.length === 0 ? (offlineSince ?? now) : undefined;
    if (isOver(offlineSince, agents.options.registersWithinSeconds, now)) throw offline(name);
    const timeIsOver = now >= end;
    if (open === undefined && timeIsOver) throw unknown(name);
    if (open !== undefined) {
      emptySince = open === 0 && offlineSince === undefined ? (emptySince ?? now) : undefined;
      said = sayOpen(agents, name, { open, end }, said);
      const verdict = decideRemaining({ open, fixed: open }, policy, {
        timeIsOver,
        carries: false,
      });
      if (verdict.kind === "stop") throw refused(name, verdict.reason);
      const isComing = coming !== null && coming < ARRIVES_WITHIN;
      const isQuiet = open > 0 || (emptySince !== undefined && now - emptySince >= EMPTY_MS);
      if (verdict.kind === "go" && offlineSince === undefined && isQuiet && !isComing) {
        const isLate = (seconds: number) => isOver(emptySince, seconds, now);
        if (open > 0 || (await isItsMoment(agents, name, heard, isLate))) return { atStop: open };
        said = sayEmpty(agents, name, said);
      }
    }
    await agents.pause(LOOK_MS);
  }
}

/**
 * Whether it will not be chosen in the next moments, as far as anybody can say. One that the product does not know is not chosen. Of one whose name nobody can say each sign of life may be its own.
 *
 * @param isLate - whether it has been without tunnels for so long, in seconds: another rhythm of signs is not waited for without an end
 */
async function isItsMoment(
  { instanceOf }: Agents,
  name: string,
  heard: KeptAgents["heard"],
  isLate: (seconds: number) => boolean,
): Promise<boolean> {
  const ages = Object.values(heard);
  if (ages.length === 0) return true;
  const instance = await instanceOf(name);
  const age = instance === undefined ? Math.min(...ages) : heard[instance];
  if (age === undefined || age >= UNHEARD) return true;
  if (age < AFTER_SIGN.from) return isLate(2 * UNHEARD);
  return instance === undefined || age <= AFTER_SIGN.to || isLate(UNHEARD);
}

function sayEmpty({ say }: Agents, name: string, said: string): string {
  const line = `${name}: no tunnel runs through it any more; it stops right after its next sign of life to the API, of which there is one a minute`;
  if (line !== said) say(line);
  return line;
}

function sayOpen(
  { say }: Agents,
  name: string,
  { open, end }: { readonly open: number; readonly end: number },
  said: string,
): string {
  const line = `${name}: ${open} tunnels run through it, which its stop cuts`;
  if (open === 0 || line === said) return said;
  const left = Math.max(0, Math.round((end - performance.now()) / 1000));
  say(left === 0 ? line : `${line}; they have ${left} s to end by themselves`);
  return line;
}

const unknown = (name: string) =>
  agentRollEnds(
    `${name} does not say how many tunnels run through it`,
    "see that its pod is well and that its metrics can be reached, then run the upgrade again",
  );

const offline = (name: string) =>
  agentRollEnds(
    `${name} keeps serving, since no new agent is online at the API any more`,
    "see the logs of the new agents, and that their certificates are accepted, then run the upgrade again",
  );

const refused = (name: string, reason: string) =>
  agentRollEnds(
    `${name} keeps serving, since ${reason}`,
    "have users end them, raise the limit, or choose another policy for the sessions, then run the upgrade again; the new agents serve already",
  );
