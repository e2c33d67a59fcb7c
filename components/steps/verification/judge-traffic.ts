import type { Observation } from "../../upgrade/observation";
import type { Traffic } from "../../upgrade/traffic";

/** Requests that a pod has answered since it started, per status: `{"200": 17, "502": 1}`. */
export type Requests = ReadonlyMap<string, number>;

/** One sample: requests per pod. A pod that could not be asked is left out. */
export type Sample = ReadonlyMap<string, Requests>;

/** What the counters of one source say. `no data` is neither good nor bad: nothing was counted (S-49). */
export interface TrafficVerdict extends Traffic {
  readonly verdict: "good" | "bad" | "no data";
  /** For the operator: `2 of 40 answers with status 5xx`, or why there is no data. */
  readonly text: string;
}

/**
 * Sums a counter of Prometheus text by its label `status`.
 * Source: prometheus/docs, "Text-based format": `name{label="value",...} number [timestamp]`.
 */
export function parseRequests(text: string, metric: string): Requests {
  const requests = new Map<string, number>();
  for (const line of text.split("\n")) {
    if (!line.startsWith(`${metric}{`)) continue;
    const status = /[{,]\s*status="([^"]*)"/.exec(line)?.[1];
    const value = Number(/\}\s+(\S+)/.exec(line)?.[1]);
    if (status === undefined || Number.isNaN(value)) continue;
    requests.set(status, (requests.get(status) ?? 0) + value);
  }
  return requests;
}

/**
 * Where the count begins: the first sample of each pod that was there from the beginning, even where that sample came late. A pod that
 * came later is left out, and so counted from zero.
 */
export const remember = (before: Sample, now: Sample, first: readonly string[]): Sample =>
  new Map([...[...now].filter(([pod]) => first.includes(pod)), ...before]);

/** What was counted between two samples. Counters start at zero with each pod. */
function countTraffic(before: Sample, after: Sample): Traffic {
  let requests = 0;
  let errors = 0;
  for (const [pod, counters] of after)
    for (const [status, value] of counters) {
      const counted = growth(before.get(pod)?.get(status) ?? 0, value);
      requests += counted;
      if (status.startsWith("5")) errors += counted;
    }
  return { requests, errors };
}

/** A counter that has become smaller was set back to zero by a restart in between. */
const growth = (before: number, after: number): number => (after < before ? after : after - before);

/**
 * Judges the share of 5xx among what was counted. Errors of some pods are bad news; good news needs word of all of them.
 *
 * @param pods - all pods that should have been asked
 * @param word - what one is called to the operator: `pod`, `container`
 */
export function judgeTraffic(
  before: Sample,
  after: Observation<Sample>,
  pods: readonly string[],
  maxErrorRate: number,
  word: string,
): TrafficVerdict {
  if (!after.observed) return { requests: 0, errors: 0, verdict: "no data", text: after.reason };
  const traffic = countTraffic(before, after.value);
  const asked = pods.filter((pod) => after.value.has(pod)).length;
  const coverage = asked === pods.length ? "" : `, known of ${asked} of ${pods.length} ${word}s`;
  if (traffic.errors > traffic.requests * maxErrorRate)
    return { ...traffic, verdict: "bad", text: `${trafficWords(traffic)}${coverage}` };
  if (coverage !== "")
    return {
      ...traffic,
      verdict: "no data",
      text: `only ${asked} of ${pods.length} ${word}s are known`,
    };
  return traffic.requests === 0
    ? { ...traffic, verdict: "no data", text: "no request was counted" }
    : { ...traffic, verdict: "good", text: trafficWords(traffic) };
}

/** For the operator: `2 of 40 answers with status 5xx`. */
export const trafficWords = ({ requests, errors }: Traffic): string =>
  `${errors} of ${requests} answers with status 5xx`;
