import type { Platform } from "../../upgrade/platform";
import { observed, type Observation } from "../../upgrade/observation";
import type { Traffic } from "../../upgrade/traffic";
import type { StepIo } from "../../upgrade/step-io";
import { judgeTraffic, remember, type Sample, type TrafficVerdict } from "./judge-traffic";
import { sampleRequests } from "./ask-instances";
import { prometheusSource } from "./sample-prometheus";
import { instanceWord } from "../open-platform";
import type { VerificationTask } from "../verification-input";
import { weighTraffic, type WeighedTraffic } from "./weigh-traffic";

/** Counts what a release answers from its beginning on. */
export interface TrafficWatch {
  /**
   * What was counted since the beginning, judged.
   *
   * @param pods - those that serve now
   * @param retries - how often Prometheus is asked again if it does not answer
   */
  readonly judge: (pods: readonly string[], retries: number) => Promise<WeighedTraffic>;
  /** What the gateway answered before the upgrade; undefined if no Prometheus is configured. */
  readonly baseline: Observation<Traffic> | undefined;
}

/** One source of counters, with its own memory of where the count begins. */
type Count = (pods: readonly string[], retries: number) => Promise<TrafficVerdict>;

/** Begins to count, by the pods themselves and by Prometheus where the task names one. */
export async function watchTraffic(
  platform: Pick<Platform, "ask">,
  task: VerificationTask,
  io: StepIo,
  first: readonly string[],
): Promise<TrafficWatch> {
  const source = prometheusSource(task, io.env["PROMETHEUS_TOKEN"]);
  const word = instanceWord(task);
  const limits = { maxErrorRate: task.maxErrorRate, word };
  const byPods = countFrom(first, limits, async (pods) =>
    observed(await sampleRequests(platform, task, pods)),
  );
  const byPrometheus = source && countFrom(first, limits, source.sample);
  const judge: TrafficWatch["judge"] = async (pods, retries) => {
    const [pod, prometheus] = await Promise.all([
      byPods(pods, retries),
      byPrometheus?.(pods, retries),
    ]);
    return weighTraffic(prometheus, pod, word);
  };
  const [baseline] = await Promise.all([source?.baseline(first), judge(first, 2)]);
  return { judge, baseline };
}

function countFrom(
  first: readonly string[],
  { maxErrorRate, word }: { readonly maxErrorRate: number; readonly word: string },
  sample: (pods: readonly string[], retries: number) => Promise<Observation<Sample>>,
): Count {
  let before: Sample = new Map();
  return async (pods, retries) => {
    const now = await sample(pods, retries);
    if (now.observed) before = remember(before, now.value, first);
    return judgeTraffic(before, now, pods, maxErrorRate, word);
  };
}
