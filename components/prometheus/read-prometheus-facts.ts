import type { PrometheusFacts } from "../upgrade/facts";
import type { PrometheusAccess } from "./access";
import { addUp } from "./add-up";
import { openPrometheus } from "./client";
import { baselineQuery, scrapedQuery } from "./queries";

/** Longest look, in milliseconds: a large Prometheus takes its time for an hour of a counter. */
const LIMIT_MS = 15_000;

/**
 * One look at what Prometheus knows of a namespace, within 15 seconds.
 *
 * @param limit - longest wait in milliseconds
 * @throws Error in words if it cannot be asked
 */
export async function readPrometheusFacts(
  access: PrometheusAccess,
  token: string | undefined,
  { namespace, metric }: { readonly namespace: string; readonly metric: string },
  limit = LIMIT_MS,
): Promise<PrometheusFacts> {
  const client = openPrometheus(access, token);
  const [scraped, grown] = await Promise.all([
    client.ask(scrapedQuery(access, { namespace }), 1, limit),
    client.ask(baselineQuery(access, metric, { namespace }), 1, limit),
  ]);
  const named = (value: number): readonly string[] =>
    scraped
      .filter((point) => point.value === value)
      .map(({ labels }) => labels[access.labels.pod] ?? "");
  return { scraped: named(1), unreadable: named(0), before: addUp(grown) };
}
