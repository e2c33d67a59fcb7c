import type { Fault } from "./fault";

/** Requests that a pod has answered since it started, per status: `{"200": 17, "502": 1}`. */
export type Requests = ReadonlyMap<string, number>;

/** One sample: requests per pod. A pod whose metrics could not be read is left out. */
export type Sample = ReadonlyMap<string, Requests>;

/** What the counters say about the window. `no data` is neither good nor bad: nothing was counted (S-49). */
export interface TrafficVerdict {
  readonly verdict: "good" | "bad" | "no data";
  /** For the operator: `2 of 40 answers with status 5xx`. */
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

/** Judges the share of 5xx among what was counted between two samples. Counters start at zero with each pod. */
export function judgeTraffic(before: Sample, after: Sample, maxErrorRate: number): TrafficVerdict {
  let all = 0;
  let errors = 0;
  for (const [pod, requests] of after)
    for (const [status, value] of requests) {
      const counted = growth(before.get(pod)?.get(status) ?? 0, value);
      all += counted;
      if (status.startsWith("5")) errors += counted;
    }
  const text = `${errors} of ${all} answers with status 5xx`;
  if (all === 0) return { verdict: "no data", text: "no request was counted" };
  return { verdict: errors / all > maxErrorRate ? "bad" : "good", text };
}

/** A counter that has become smaller was set back to zero by a restart in between. */
const growth = (before: number, after: number): number => (after < before ? after : after - before);

/** The verdict as a fault, where it is one. */
export const trafficFaults = (
  { verdict, text }: TrafficVerdict,
  maxErrorRate: number,
): readonly Fault[] =>
  verdict === "bad"
    ? [{ kind: "traffic", text: `${text}, at most ${maxErrorRate * 100} % allowed` }]
    : [];
