import type { PrometheusAccess } from "./access";

/** Which pods of one namespace a query is about; without names, all of them. */
export interface Subject {
  readonly namespace: string;
  readonly pods?: readonly string[];
}

type Operator = "=" | "=~" | "!~";

/** What a counter of requests stands at, per pod and status. The counter starts at zero with each pod. */
export const requestsQuery = (access: PrometheusAccess, metric: string, subject: Subject): string =>
  `sum by (${access.labels.pod}, status) (${series(access, metric, subject, "=~")})`;

/** Whether the last scrape worked, per pod: 1 or 0; nothing for a pod that is not scraped. */
export const scrapedQuery = (access: PrometheusAccess, subject: Subject): string =>
  `max by (${access.labels.pod}) (${series(access, "up", subject, "=~")})`;

/** By how much a counter of requests has grown over the minutes of the baseline, per status, in all pods but the given ones. */
export const baselineQuery = (access: PrometheusAccess, metric: string, subject: Subject): string =>
  `sum by (status) (increase(${series(access, metric, subject, "!~")}[${access.baselineMinutes}m]))`;

function series(
  { labels, matchers }: PrometheusAccess,
  metric: string,
  { namespace, pods }: Subject,
  operator: Operator,
): string {
  const all = [
    matcher(labels.namespace, "=", namespace),
    ...(pods === undefined ? [] : [matcher(labels.pod, operator, pods.map(literal).join("|"))]),
    ...Object.entries(matchers).map(([name, value]) => matcher(name, "=", value)),
  ];
  return `${metric}{${all.join(",")}}`;
}

/** Source: prometheus/docs, "Querying basics": strings in double quotes escape as in Go; so does JSON for what a label holds. */
const matcher = (name: string, operator: Operator, value: string): string =>
  `${name}${operator}${JSON.stringify(value)}`;

const literal = (text: string): string => text.replaceAll(/[^a-zA-Z0-9_-]/g, String.raw`\$&`);
