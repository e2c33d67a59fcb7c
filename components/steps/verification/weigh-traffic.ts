import type { TrafficSource } from "../../upgrade/traffic";
import type { TrafficVerdict } from "./judge-traffic";

/** The verdict that counts, and whose it is. */
export interface WeighedTraffic extends TrafficVerdict {
  readonly source: TrafficSource;
}

/**
 * Whose word counts (S-49): whoever says bad, first of all; then Prometheus, where it has data; then the pods themselves. If nobody has
 * data that is said, with every reason: it is no proof of anything.
 *
 * @param prometheus - undefined if none is configured
 * @param word - what a pod is called to the operator
 */
export function weighTraffic(
  prometheus: TrafficVerdict | undefined,
  pods: TrafficVerdict,
  word: string,
): WeighedTraffic {
  const speakers = { prometheus: "Prometheus", pods: `the ${word}s' own /metrics` };
  const all = [
    ...(prometheus === undefined ? [] : [said("prometheus", prometheus)]),
    said("pods", pods),
  ];
  const decides =
    all.find(({ verdict }) => verdict === "bad") ?? all.find(({ verdict }) => verdict === "good");
  const silent = all
    .filter(({ verdict }) => verdict === "no data")
    .map(({ source, text }) => `no data from ${speakers[source]}: ${text}`);
  if (decides !== undefined) {
    const decided = `${decides.text}, counted by ${speakers[decides.source]}`;
    return { ...decides, text: [decided, ...silent].join("; ") };
  }
  return { ...pods, source: "none", text: silent.join("; ") };
}

const said = (source: "prometheus" | "pods", verdict: TrafficVerdict) => ({ ...verdict, source });
