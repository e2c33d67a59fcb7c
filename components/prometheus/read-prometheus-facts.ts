import type { PrometheusFacts } from "../upgrade/facts";
import type { PrometheusAccess } from "./access";
import { addUp } from "./add-up";
import { openPrometheus } from "./client";
import { baselineQuery, scrapedQuery } from "./queries";

/**
 * One look at what Prometheus knows of a namespace.
 *
 * @throws Error in words where it cannot be asked
 */
export async function readPrometheusFacts(
  access: PrometheusAccess,
  token: string | undefined,
  { namespace, metric }: { readonly namespace: string; readonly metric: string },
): Promise<PrometheusFacts> {
  const client = openPrometheus(access, token);
  const [scraped, grown] = await Promise.all([
    client.ask(scrapedQuery(access, { namespace }), 1),
    client.ask(baselineQuery(access, metric, { namespace }), 1),
  ]);
  const named = (value: number): readonly string[] =>
    scraped
      .filter((point) => point.value === value)
      .map(({ labels }) => labels[access.labels.pod] ?? "");
  return { scraped: named(1), unreadable: named(0), before: addUp(grown) };
}
