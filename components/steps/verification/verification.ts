import { askRegistry } from "../../registry/ask-registry";
import type { ClusterClient } from "../../kubernetes/api/client";
import { manifestDigest } from "../../kubernetes/objects/images";
import type { Evidence } from "../../upgrade/evidence/evidence";
import { withCluster } from "../cluster";
import { redactorOf } from "../../upgrade/redact";
import { podsOfJob } from "../../kubernetes/watch/job-calls";
import { StepFailure, type StepIo } from "../../upgrade/step-io";
import { worstFirst, type Fault } from "./fault";
import {
  countRestarts,
  initImages,
  isRenamed,
  judgeImages,
  judgeRestarts,
  type RunningImage,
} from "./judge-pods";
import { judgeProbes } from "./judge-probes";
import { openLogWindow } from "./log-window";
import { readHealth, readLogs } from "./look-at-pods";
import { readHead } from "./read-head";
import { httpPods, podsOf, settle, type Settled } from "./settle";
import { tellBaseline, tellTraffic, trafficEvidence, trafficFaults } from "./tell-traffic";
import type { VerificationTask } from "./verification-input";
import { watchRelease } from "./watch-release";
import { watchTraffic } from "./watch-traffic";

export { verificationInputSchema, type VerificationInput } from "./verification-input";

/**
 * Watches the release for a while, under requests of its own, and then either vouches for it or names everything that speaks against it,
 * worst first, with the way back (S-15 to S-20, S-28 to S-31, S-49 to S-51). Changes nothing.
 *
 * @throws StepFailure with all faults; the release keeps running.
 */
export const runVerification = (task: VerificationTask, io: StepIo): Promise<Evidence> =>
  withCluster(task, io, async (client) => {
    const first = await settle(client, task, io.signal);
    const logs = openLogWindow(podsOf(first), Date.now());
    for (const text of first.leftOut) io.say(text);
    const restartsBefore = countRestarts(podsOf(first));
    const watch = await watchTraffic(client, task, io, httpPods(first));
    const before = tellBaseline(watch.baseline, task);
    if (before !== undefined) io.say(before);
    io.say(`watching the release for ${task.seconds} s, with ${task.requests} requests through it`);
    const starting = { traffic: watch, restarts: restartsBefore };
    const { last, probes, traffic } = await watchRelease(client, task, io, starting);
    const [health, logged, schema, images, migration] = await Promise.all([
      readHealth(client, task, httpPods(last)),
      readLogs(client, task, podsOf(last), logs, redactorOf(io.env)),
      readHead(task, io),
      readImages(task, last),
      readMigrationImage(client, task),
    ]);
    io.say(`traffic: ${tellTraffic(traffic)}`);
    const restarts = judgeRestarts(restartsBefore, countRestarts(podsOf(last)));
    const sent = judgeProbes(probes, task.maxErrorRate);
    const faults = worstFirst([
      ...last.faults,
      ...images.flatMap((image) => image.faults),
      ...sent.faults,
      ...health,
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

/** What runs for each workload; of an image that runs under another name its registry is asked for the digest. */
const readImages = (
  { mirrors }: VerificationTask,
  { workloads }: Settled,
): Promise<readonly RunningImage[]> =>
  Promise.all(
    workloads.map(async ({ workload, pods }) => {
      const renamed = isRenamed(workload, pods, mirrors);
      const wanted = renamed ? await askRegistry(workload.image) : undefined;
      return judgeImages(workload, pods, { mirrors, wanted });
    }),
  );

/** Digest per image, those of init containers as well. Several workloads may run one image, and not each of them tells its digest. */
function imagesByName(
  settled: Settled,
  images: readonly RunningImage[],
): Readonly<Record<string, string>> {
  const named = settled.workloads.map(
    ({ workload: { image } }, index) => [image, images[index]?.manifest ?? ""] as const,
  );
  const all = [...initImages(podsOf(settled)), ...named];
  return Object.fromEntries([...all, ...all.filter(([, digest]) => digest !== "")]);
}

/** The image of the migration with its digest, "" where its pods are gone; nothing where there is no migration. */
async function readMigrationImage(
  client: ClusterClient,
  { namespace, migration }: VerificationTask,
): Promise<Readonly<Record<string, string>>> {
  if (migration === undefined) return {};
  const pods = await podsOfJob(client, { namespace, name: migration.job });
  const digests = pods.flatMap(
    ({ status }) => manifestDigest(status?.containerStatuses?.[0]?.imageID) ?? [],
  );
  return { [migration.image]: digests.at(-1) ?? "" };
}

function refusal(task: VerificationTask, faults: readonly Fault[]): StepFailure {
  const all = faults.map(({ text }) => text).join("; ");
  return new StepFailure(`${task.release} is not verified: ${all}`, task.wayBack);
}
