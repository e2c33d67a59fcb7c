import { askRegistry } from "../registry/ask-registry";
import type { OpenPlatform, Platform } from "../upgrade/platform";
import { manifestDigest } from "../upgrade/running-image";
import type { Evidence } from "../upgrade/evidence/evidence";
import { instanceWord, openPlatform, renamedFix } from "./open-platform";
import { redactorOf } from "../upgrade/redact";
import { StepFailure, type StepIo } from "../upgrade/step-io";
import { worstFirst, type Fault } from "./verification/fault";
import {
  countRestarts,
  initImages,
  isRenamed,
  judgeImages,
  judgeRestarts,
  type RunningImage,
} from "./verification/judge-instances";
import { judgeProbes } from "./verification/judge-probes";
import { openLogWindow, type LogWindow } from "./verification/log-window";
import { checkProduct } from "./verification/check-product";
import { readHealth, readLogs } from "./verification/ask-instances";
import { readHead } from "./verification/read-head";
import { httpInstances, instancesOf, settle, type Settled } from "./verification/settle";
import {
  reportBaseline,
  reportTraffic,
  trafficEvidence,
  trafficFaults,
} from "./verification/report-traffic";
import type { VerificationTask } from "./verification-input";
import { watchRelease } from "./verification/watch-release";
import { watchTraffic } from "./verification/watch-traffic";

/**
 * Watches the release for a while, under requests of its own, and then either vouches for it or names everything that speaks against it,
 * worst first, with the way back (S-15 to S-20, S-28 to S-31, S-49 to S-51). Changes nothing.
 *
 * @throws StepFailure with all faults; the release keeps running.
 */
export const runVerification = (
  task: VerificationTask,
  io: StepIo,
  open: OpenPlatform = openPlatform,
): Promise<Evidence> =>
  open(task, io, async (platform) => {
    const first = await settle(platform, task, io.signal);
    const logs = openLogWindow(instancesOf(first), Date.now());
    for (const text of first.leftOut) io.say(text);
    const restartsBefore = countRestarts(instancesOf(first));
    const watch = await watchTraffic(platform, task, io, httpInstances(first));
    const before = reportBaseline(watch.baseline, task);
    if (before !== undefined) io.say(before);
    io.say(`watching the release for ${task.seconds} s, with ${task.requests} requests through it`);
    const starting = { traffic: watch, restarts: restartsBefore };
    const { last, probes, traffic } = await watchRelease(platform, task, io, starting);
    const asked = { last, logs, open };
    const [health, logged, schema, images, migration, product] = await endingTogether(
      io,
      (asking) => askAtEnd(platform, task, asked, asking),
    );
    io.say(`traffic: ${reportTraffic(traffic)}`);
    const restarts = judgeRestarts(restartsBefore, countRestarts(instancesOf(last)));
    const sent = judgeProbes(probes, task.maxErrorRate);
    const faults = worstFirst([
      ...last.faults,
      ...images.flatMap((image) => image.faults),
      ...sent.faults,
      ...health,
      ...product,
      ...trafficFaults(traffic, task.maxErrorRate, before),
      ...restarts.faults,
      ...logged,
      ...schema.faults,
    ]);
    if (faults.length > 0) throw refusal(task, faults);
    io.say(`${task.release} is verified`);
    return {
      version: task.release,
      digests: Object.fromEntries(
        last.workloads.map(({ workload }, index) => [workload.name, images[index]?.digest ?? ""]),
      ),
      images: { ...imagesByName(last, images), ...migration },
      ...(task.chart === undefined ? {} : { chart: task.chart }),
      ...(task.settings === undefined ? {} : { settings: task.settings }),
      configHash: task.configHash,
      ...(task.occasion === "" ? {} : { occasion: task.occasion }),
      schemaHead: schema.head,
      ...(schema.seenAt === undefined ? {} : { schemaSeenAt: schema.seenAt }),
      ...(task.cameBack === undefined ? {} : { cameBack: task.cameBack }),
      verifiedAt: new Date().toISOString(),
      probes: { sent: probes.length, failed: sent.failed },
      restarts: restarts.restarts,
      traffic: trafficEvidence(traffic, watch.baseline),
    };
  });

interface AskedAtEnd {
  readonly last: Settled;
  readonly logs: LogWindow;
  readonly open: OpenPlatform;
}

/** What is asked once the watch is over, side by side. */
const askAtEnd = (
  platform: Platform,
  task: VerificationTask,
  { last, logs, open }: AskedAtEnd,
  io: StepIo,
) =>
  Promise.all([
    readHealth(platform, task, httpInstances(last), io),
    readLogs(platform, task, instancesOf(last), logs, redactorOf(io.env)),
    readHead(task, io, open),
    readImages(task, last),
    readMigrationImage(platform, task),
    checkProduct(platform, task, io),
  ]);

/** Questions side by side: where one fails the others end with it. A product's may go on for minutes, in which the step would have told its failure and not ended. */
async function endingTogether<T>(io: StepIo, ask: (io: StepIo) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(io.signal === undefined ? [] : [io.signal])]);
  try {
    return await ask({ ...io, signal });
  } finally {
    stop.abort();
  }
}

/** What runs for each workload; of an image that runs under another name its registry is asked for the digest. */
const readImages = (
  task: VerificationTask,
  { workloads }: Settled,
): Promise<readonly RunningImage[]> =>
  Promise.all(
    workloads.map(async ({ workload, instances }) => {
      const { mirrors } = task;
      const renamed = isRenamed(workload, instances, mirrors);
      const wanted = renamed ? await askRegistry(workload.image) : undefined;
      const words = { word: instanceWord(task), renamedFix: renamedFix(task) };
      return judgeImages(workload, instances, { mirrors, wanted, ...words });
    }),
  );

/** Digest per image, those of init containers as well. Several workloads may run one image, and not each of them reports its digest. */
function imagesByName(
  settled: Settled,
  images: readonly RunningImage[],
): Readonly<Record<string, string>> {
  const named = settled.workloads.map(
    ({ workload: { image } }, index) => [image, images[index]?.manifest ?? ""] as const,
  );
  const all = [...initImages(instancesOf(settled)), ...named];
  return Object.fromEntries([...all, ...all.filter(([, digest]) => digest !== "")]);
}

/** The image of the migration with its digest, "" if nothing of it is left; nothing if there is no migration. */
async function readMigrationImage(
  platform: Pick<Platform, "migration">,
  { migration }: VerificationTask,
): Promise<Readonly<Record<string, string>>> {
  if (migration === undefined) return {};
  const imageId = await platform.migration({ name: migration.job, instance: "" }).imageId();
  return { [migration.image]: manifestDigest(imageId) ?? "" };
}

function refusal(task: VerificationTask, faults: readonly Fault[]): StepFailure {
  const all = faults.map(({ text }) => text).join("; ");
  return new StepFailure(
    `${task.release} is not verified: ${all}`,
    `mend what it names and run pulumi up again; or ${task.wayBack}, if one was verified`,
  );
}
