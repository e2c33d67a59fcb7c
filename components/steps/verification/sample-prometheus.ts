import { addUp } from "../../prometheus/add-up";
import { openPrometheus, type PrometheusClient } from "../../prometheus/client";
import { baselineQuery, requestsQuery, scrapedQuery } from "../../prometheus/queries";
import type { Point } from "../../prometheus/parse-vector";
import { observe, observed, unavailable, type Observation } from "../../upgrade/observation";
import type { Traffic } from "../../upgrade/traffic";

import type { Sample } from "./judge-traffic";
import type { VerificationTask } from "../verification-input";

/** What Prometheus is asked during a verification. A question that fails is an answer too: why there is no data. */
export interface PrometheusSource {
  /** What the requests of these pods stand at; pods that it does not scrape are left out. */
  readonly sample: (pods: readonly string[], retries: number) => Promise<Observation<Sample>>;
  /** What the namespace answered before, without these pods. */
  readonly baseline: (pods: readonly string[]) => Promise<Observation<Traffic>>;
}

/** Undefined if the task names no Prometheus. */
export function prometheusSource(
  task: VerificationTask,
  token: string | undefined,
): PrometheusSource | undefined {
  const { prometheus: access, namespace, requestsMetric } = task;
  if (access === undefined) return undefined;
  const client = openPrometheus(access, token);
  return {
    sample: async (pods, retries) => {
      const subject = { namespace, pods };
      const [requests, scraped] = await Promise.all([
        ask(client, requestsQuery(access, requestsMetric, subject), retries),
        ask(client, scrapedQuery(access, subject), retries),
      ]);
      if (!requests.observed) return requests;
      if (!scraped.observed) return scraped;
      const sample = sampleOf(requests.value, scraped.value, access.labels.pod);
      return sample.size === 0 ? unavailable("it scrapes none of these pods") : observed(sample);
    },
    baseline: async (pods) => {
      const grown = await ask(
        client,
        baselineQuery(access, requestsMetric, { namespace, pods }),
        0,
      );
      return grown.observed ? observed(addUp(grown.value)) : grown;
    },
  };
}

const ask = (
  client: PrometheusClient,
  query: string,
  retries: number,
): Promise<Observation<readonly Point[]>> => observe(() => client.ask(query, retries));

/** A pod that is scraped and has no series has answered no request yet: a series exists from its first request on. */
function sampleOf(requests: readonly Point[], scraped: readonly Point[], label: string): Sample {
  const sample = new Map<string, Map<string, number>>();
  for (const { labels, value } of scraped)
    if (value === 1) sample.set(labels[label] ?? "", new Map());
  for (const { labels, value } of requests) {
    const pod = labels[label] ?? "";
    const known = sample.get(pod) ?? new Map<string, number>();
    sample.set(pod, known.set(labels["status"] ?? "", value));
  }
  return sample;
}
