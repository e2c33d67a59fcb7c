import { clusterEyes } from "../../lab/cluster-eyes";
import { succeeded } from "../../lab/demo/expect";
import type { Gateways } from "../../lab/gateways";
import { startLoad, type Load } from "../../lab/load";
import { until } from "../../lab/until";
import { withHelmRelease, type HelmRelease } from "../helm-release";
import type { Bench, Measure, Measured } from "../measure";
import { serviceUrl } from "../service-url";
import { withGateway } from "../with-gateway";

const GOOD = "1.2.0";
/** A fifth of its answers is 500. */
const ERRORS = "1.2.1";
/** Takes more memory than it may have, a second after its start, again and again. */
const CRASHES = "1.2.3";
const PER_SECOND = 50;
const HELM_TIMEOUT = "60s";
const MOST_RUNS = 5;

/** How long a bad release goes unnoticed. */
export const detection: Measure = {
  name: "detection",
  title: "Time to notice a bad release",
  about: `From the first sign of a bad release to the failed \`pulumi up\`: for one that answers a fifth of the requests with 500, from the first bad answer under ${PER_SECOND} requests a second; for one that crashes whenever it starts, from the first crash. Compared for the latter with \`helm upgrade --wait --timeout ${HELM_TIMEOUT}\` of the chart as shipped, whose wait ends with its timeout and never before: a longer one takes longer. At most ${MOST_RUNS} runs, Helm's once.`,
  run: (bench) =>
    withGateway(
      bench,
      (gateways) =>
        withHelmRelease(bench, gateways, (helm) => measure(bench, gateways, helm), GOOD),
      GOOD,
    ),
};

async function measure(bench: Bench, gateways: Gateways, helm: HelmRelease): Promise<Measured> {
  const runs = Math.min(bench.runs, MOST_RUNS);
  const errors: number[] = [];
  const crashes: number[] = [];
  for (let run = 1; run <= runs; run += 1) {
    errors.push(await oursWithErrors(bench, gateways));
    crashes.push(await oursWithCrashes(bench, gateways));
    const words = [errors, crashes].map((series) => `${series.at(-1)?.toFixed(1) ?? ""} s`);
    bench.say(`${run} of ${runs}: errors noticed after ${words.join(", crashes after ")}`);
  }
  const byHelm = await helmWithCrashes(bench, helm);
  const unnoticed = await helmWithErrors(bench, helm);
  return {
    comparisons: [
      { title: "crashes at its start", ours: crashes, other: [byHelm] },
      { title: "answers with errors", ours: errors },
    ],
    facts: [
      `Helm does not notice the release that answers with errors: \`helm upgrade --wait\` to it said that all was well, while ${unnoticed.failed} of ${unnoticed.sent} requests failed.`,
      "A crashing release never takes a request: its pods do not get ready, and the old ones go on serving, on both sides.",
    ],
  };
}

/** Seconds from the first bad answer to the end of the failed `up`. */
async function oursWithErrors({ lab }: Bench, gateways: Gateways): Promise<number> {
  const url = await serviceUrl(lab, gateways.namespace("staging"));
  const load = startLoad(lab, url, PER_SECOND);
  try {
    const ended = await failedUp(gateways, ERRORS, /is not verified/);
    return (ended - firstOf(load)) / 1000;
  } finally {
    await load.stop();
    await goBack(gateways);
  }
}

function firstOf(load: Load): number {
  const first = load.firstFailure();
  if (first === undefined) throw new Error("no request failed");
  return first;
}

/** Seconds from the first crash to the end of the failed `up`. */
async function oursWithCrashes({ lab }: Bench, gateways: Gateways): Promise<number> {
  try {
    const crashed = firstCrash(lab, gateways.namespace("staging"));
    const ended = await failedUp(gateways, CRASHES, /does not come up/);
    return (ended - (await crashed)) / 1000;
  } finally {
    await goBack(gateways);
  }
}

async function helmWithCrashes({ lab, say }: Bench, helm: HelmRelease): Promise<number> {
  const crashed = firstCrash(lab, helm.namespace);
  const failure = await helm.upgrade(CRASHES, ["--timeout", HELM_TIMEOUT]).then(
    () => "",
    (error: unknown) => String(error),
  );
  const ended = Date.now();
  if (!failure.includes("deadline exceeded") && !failure.includes("timed out"))
    throw new Error(`expected Helm to run out of time: ${failure}`);
  const seconds = (ended - (await crashed)) / 1000;
  say(`Helm gave up after ${seconds.toFixed(1)} s`);
  await helm.rollback();
  return seconds;
}

async function helmWithErrors({ lab }: Bench, helm: HelmRelease) {
  const load = startLoad(lab, await serviceUrl(lab, helm.namespace), PER_SECOND);
  try {
    await helm.upgrade(ERRORS);
    await until("a request fails", () => load.firstFailure() !== undefined, { seconds: 60 });
  } catch (error) {
    await load.stop();
    throw error;
  }
  return load.stop();
}

/** When the `up` to that release ended in failure. @throws Error when it did not, or for another reason */
async function failedUp({ project }: Gateways, version: string, reason: RegExp): Promise<number> {
  await project.setVersion("staging", version);
  const { exitCode, all } = await project.up("staging");
  if (exitCode === 0 || !reason.test(all))
    throw new Error(`expected ${version} to be refused with ${String(reason)}: ${all}`);
  return Date.now();
}

async function goBack({ project }: Gateways): Promise<void> {
  await project.setVersion("staging", GOOD);
  succeeded(await project.up("staging"));
}

/** When a container of the crashing release has ended for the first time, as the cluster notes it. */
async function firstCrash(lab: Bench["lab"], namespace: string): Promise<number> {
  const eyes = clusterEyes(lab, namespace);
  let at = 0;
  await until(
    `${CRASHES} crashes`,
    async () => {
      const pods = await eyes.pods();
      at = Date.now();
      return pods.some(
        ({ images, crashed }) => crashed && images.some((image) => image.endsWith(`:${CRASHES}`)),
      );
    },
    { seconds: 300, everyMs: 200 },
  );
  return at;
}
