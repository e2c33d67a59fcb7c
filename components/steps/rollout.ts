import { setTimeout as pause } from "node:timers/promises";
import { isMirrored } from "../upgrade/running-image";
import type {
  OpenPlatform,
  Platform,
  ReplaceOptions,
  RolloutWatch,
  WorkloadLook,
} from "../upgrade/platform";
import { StepFailure, type StepIo } from "../upgrade/step-io";
import { instanceWord, openPlatform } from "./open-platform";
import type { RolloutTask, WatchedWorkload } from "./rollout-input";
import { explainProblem } from "./rollout/explain-problem";
import { rollOneByOne, type ReplacedInstance } from "./rollout/roll-one-by-one";

/** What the rollout step leaves behind. */
export interface RolloutResult {
  /** Ready replicas per workload. */
  readonly ready: Readonly<Record<string, number>>;
  /** What became of each instance that was replaced one at a time, and of the sessions on it, per workload; left out if there is none. */
  readonly replaced?: Readonly<Record<string, readonly ReplacedInstance[]>>;
  readonly seconds: number;
}

/**
 * Waits until every workload runs nothing but the wanted images, completely (S-15, S-28, S-29, S-30), or says within seconds why one
 * of them will not (T-01, T-09). Changes nothing but instances of the new release that were stuck before it began: they get a fresh start,
 * workloads that a restore has stopped: they get back their replicas, and old instances without a pause before their stop: they are
 * drained first.
 *
 * @throws StepFailure with the reason, the last log lines and the failing health check.
 */
export const runRollout = (
  task: RolloutTask,
  io: StepIo,
  open: OpenPlatform = openPlatform,
): Promise<RolloutResult> => {
  const started = Date.now();
  // One failure ends the others: there is one reason to report, and nothing to wait for.
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(io.signal === undefined ? [] : [io.signal])]);
  return open(task, { ...io, signal }, async (platform) => {
    try {
      const rolled = await Promise.all(
        task.deployments.map((workload) => follow(platform, task, workload, { ...io, signal })),
      );
      const replaced = rolled.flatMap(({ name, replaced }) =>
        replaced === undefined ? [] : [[name, replaced] as const],
      );
      return {
        ready: Object.fromEntries(rolled.map(({ name, wanted }) => [name, wanted])),
        ...(replaced.length === 0 ? {} : { replaced: Object.fromEntries(replaced) }),
        seconds: Math.round((Date.now() - started) / 1000),
      };
    } finally {
      stop.abort();
    }
  });
};

/** One workload that is completely rolled out. */
interface Rolled {
  readonly name: string;
  readonly wanted: number;
  readonly replaced: readonly ReplacedInstance[] | undefined;
}

async function follow(
  platform: Platform,
  task: RolloutTask,
  workload: WatchedWorkload,
  io: StepIo,
): Promise<Rolled> {
  const watch = platform.watchRollout(workload.name, { ...task, drain: workload.drain });
  const look = async () => {
    const found = await watch.look();
    refuseOtherImages(found, workload, task.mirrors);
    return found;
  };
  await look();
  await watch.begin();
  const { name, oneByOne } = workload;
  const replaced =
    oneByOne && (await rollOneByOne(platform, name, { ...limitsOf(task), ...oneByOne }, io));
  const end = Date.now() + task.deadlineSeconds * 1000;
  let said = "";
  let doneSince: number | undefined;
  for (;;) {
    const found = await look();
    if (found.state !== "failed") said = sayProgress(found, said, io);
    doneSince = found.state === "done" ? (doneSince ?? Date.now()) : undefined;
    if (doneSince !== undefined && Date.now() - doneSince >= found.settleMs) {
      await watch.end();
      return { name, wanted: found.wanted, replaced };
    }
    if (found.state === "failed" || Date.now() > end)
      throw await failure(platform, task, workload, { watch, found }, io);
    // A new pod counts as available 3 s after it is ready: by then its predecessor must be out.
    await pause(watch.isDraining() ? 250 : 1000, undefined, { signal: io.signal });
  }
}

const limitsOf = ({
  unschedulableWithinSeconds,
  readyWithinSeconds,
}: RolloutTask): ReplaceOptions => ({ unschedulableWithinSeconds, readyWithinSeconds });

function refuseOtherImages(
  { words, images }: WorkloadLook,
  { images: wanted }: WatchedWorkload,
  mirrors: RolloutTask["mirrors"],
): void {
  for (const [container, image] of Object.entries(wanted)) {
    const found = images[container] ?? "nothing";
    if (isMirrored(found, image, mirrors)) continue;
    throw new StepFailure(
      `${words} asks for ${found} in container ${container}, expected ${image}`,
      "if a run was killed before, run pulumi up --refresh: the engine does not know what that has written; else see who else changes it, then run the upgrade again",
    );
  }
}

/** Says where the rollout stands, if that has changed. Slow starts are no news. */
function sayProgress({ state, progress, problem }: WorkloadLook, said: string, io: StepIo): string {
  const isQuiet = state === "done" || problem?.kind === "starting" || problem?.kind === "unready";
  const line = isQuiet || problem === undefined ? progress : `${progress}; ${problem.text}`;
  if (line !== said) io.say(line);
  return line;
}

async function failure(
  platform: Platform,
  task: RolloutTask,
  { name, health }: WatchedWorkload,
  { watch, found }: { readonly watch: RolloutWatch; readonly found: WorkloadLook },
  io: StepIo,
): Promise<StepFailure> {
  const { problem, progress } = found;
  if (problem !== undefined) {
    const more = await explainProblem(platform, health, problem, io);
    return new StepFailure(`${name} does not come up: ${problem.text}${more}`, problem.fix);
  }
  const warning = await watch.warning();
  const more = warning === "" ? "" : `; ${warning}`;
  return new StepFailure(
    `${name} is not rolled out after ${task.deadlineSeconds} s: ${progress}${more}`,
    `see what its ${instanceWord(task)}s wait for, or raise the deadline, then run the upgrade again`,
  );
}
