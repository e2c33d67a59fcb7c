import { sessionsOf } from "../../sessions";
import type { OneByOne, Platform, ReplaceOptions } from "../../upgrade/platform";
import type {
  InstanceSessions,
  OpenSessions,
  SessionLook,
  SessionPolicy,
  Sessions,
} from "../../upgrade/sessions";
import { StepFailure, type StepIo } from "../../upgrade/step-io";
import type { OneByOneTask } from "../rollout-input";

/** One instance that was replaced. */
export interface ReplacedInstance extends Partial<InstanceSessions> {
  readonly instance: string;
  /** From the first look at it until its successor takes what comes. */
  readonly seconds: number;
}

/**
 * Replaces the instances of a workload one after the other, those first that wait first, and each only when its sessions are dealt with. A killed run is
 * taken up where it stopped: what it has left is undone or finished, and only instances that still wait are replaced.
 *
 * @param find - gives what knows sessions of a kind. @defaultValue {@link sessionsOf}
 * @throws StepFailure if an instance may not leave or its successor does not come up; all others keep serving.
 */
export async function rollOneByOne(
  platform: Platform,
  workload: string,
  task: OneByOneTask & ReplaceOptions,
  io: StepIo,
  find: (kind: string) => Promise<OpenSessions> = sessionsOf,
): Promise<readonly ReplacedInstance[]> {
  const instances = platform.oneByOne(workload, task);
  if (task.sessions === undefined) return replaceAll(instances, task, io, undefined);
  const open = await find(task.sessions);
  const { withinSeconds, options } = task;
  const args = { platform, workload, policy: policyOf(task), withinSeconds, options };
  return open(args, io, (sessions) => replaceAll(instances, task, io, sessions));
}

const policyOf = ({ policy, cut, limitSeconds, cordon, carry }: OneByOneTask): SessionPolicy => ({
  policy,
  cut,
  limitSeconds,
  cordon,
  carry: cordon && carry,
});

async function replaceAll(
  instances: OneByOne,
  { withinSeconds }: OneByOneTask,
  io: StepIo,
  sessions: Sessions | undefined,
): Promise<readonly ReplacedInstance[]> {
  const replaced: ReplacedInstance[] = [];
  /** Those that this run has replaced: the successor of one that was stopped before may be of a release that is wanted no more. */
  const stopped = new Set<string>();
  const recovered = await sessions?.recover();
  for (const line of recovered?.said ?? []) io.say(line);
  const done = (about: InstanceSessions | undefined, instance: string, started: number) => {
    const seconds = Math.round((Date.now() - started) / 1000);
    replaced.push({ ...about, instance, seconds });
    io.say(describeReplaced({ ...about, instance, seconds }));
  };
  for (let stopping = recovered?.stopping; ; stopping = undefined) {
    io.signal?.throwIfAborted();
    const started = Date.now();
    const [instance, ...others] = await inOrder(sessions, await instances.waiting());
    // One that a killed run has told to stop is replaced by now, unless that had come to nothing.
    if (stopping !== undefined && stopping !== instance) {
      try {
        const about = await sessions?.returned(stopping);
        if (about === undefined) io.say(`${stopping} was not stopped; it takes new sessions again`);
        else done(about, stopping, started);
      } catch (error) {
        // Of a release that is wanted no more it may never come back: it must not keep the others from theirs.
        if (!(error instanceof StepFailure) || !others.includes(stopping)) throw error;
        io.say(`${stopping} does not come back; it is replaced in its turn`);
      }
      continue;
    }
    if (instance === undefined) return replaced;
    if (stopped.size === 0) await sayOpen(sessions, [instance, ...others], io);
    if (stopped.has(instance))
      throw new StepFailure(
        `${instance} was replaced and runs an older release again`,
        "see who else changes it, then run the upgrade again",
      );
    await sessions?.prepare(instance, others);
    io.say(`${instance} is replaced`);
    stopped.add(instance);
    await instances.replace(instance, withinSeconds);
    done(await sessions?.returned(instance), instance, started);
  }
}

/** They in the order in which they leave: as given, unless their sessions say which of them is to be the first. */
async function inOrder(
  sessions: Sessions | undefined,
  waiting: readonly string[],
): Promise<readonly string[]> {
  if (sessions?.first === undefined || waiting.length === 0) return waiting;
  const first = await sessions.first(waiting);
  return [first, ...waiting.filter((one) => one !== first)];
}

/** Says once, before the first of them leaves, what is open on each instance. */
async function sayOpen(
  sessions: Sessions | undefined,
  waiting: readonly string[],
  io: StepIo,
): Promise<void> {
  const looks = await sessions?.look(waiting);
  for (const [instance, look] of looks ?? []) io.say(describeOpen(instance, look));
}

/** Says what is open on one instance: `bamf-bridge-1: 12 sessions (10 tunnel, 2 ssh-audit), 2 of them cannot be carried over`. */
export function describeOpen(instance: string, look: SessionLook | undefined): string {
  if (look === undefined) return `${instance} does not say what is open on it`;
  const kinds = Object.entries(look.byProtocol).filter(([, count]) => count > 0);
  const by = kinds.map(([protocol, count]) => `${count} ${protocol}`).join(", ");
  const stay = look.fixed === 0 ? "" : `, ${look.fixed} of them cannot be carried over`;
  return `${instance}: ${look.open} sessions${by === "" ? "" : ` (${by})`}${stay}`;
}

/** Says what became of one instance and its sessions: `bamf-bridge-1 is replaced after 42 s: 12 of 12 sessions kept, each at another one within 0.7 s`. */
export function describeReplaced(one: ReplacedInstance): string {
  const { instance, seconds, found = 0, atStop, kept = 0, lost = 0, cut } = one;
  const { longestAwaySeconds, toldTwice } = one;
  const head = `${instance} is replaced after ${seconds} s`;
  if (atStop === undefined) return head;
  if (atStop === 0 && cut !== undefined && found > 0)
    return `${head}: all of its ${found} sessions have ended by themselves`;
  if (atStop === 0) return `${head}: no session was open on it`;
  if (cut !== undefined) return `${head}: ${cut} of ${found} sessions cut`;
  return [
    `${head}: ${kept} of ${atStop} sessions kept`,
    ...(lost > 0 ? [`${lost} not seen again`] : []),
    ...(longestAwaySeconds === undefined
      ? []
      : [`each at another one within ${longestAwaySeconds} s`]),
    ...(toldTwice === undefined ? [] : [`${toldTwice} of them may have stood still for 30 s more`]),
  ].join(", ");
}
