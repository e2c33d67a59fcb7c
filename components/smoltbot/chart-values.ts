import type { SmoltbotConfig } from "../config/schema";

type Values = Readonly<Record<string, unknown>>;

/**
 * What the chart is given: the operator's values, and over them what this program decides itself.
 *
 * - `image.tag`: the wanted release; the chart's default was never published (T-07).
 * - `migration.enabled`: off, the schema chapter runs the migration; the chart's hook cannot succeed (T-05).
 * - `pdb`, `hpa`: off, the availability chapter has both under the same names.
 * - `secrets.existingSecret`: our own Secret, so that no secret goes through a chart value (law 6).
 */
export function chartValues(config: SmoltbotConfig, secretName: string): Values {
  return merge(config.values, {
    image: { tag: config.version },
    replicaCount: config.availability.replicas,
    migration: { enabled: false },
    pdb: { enabled: false },
    hpa: { enabled: false },
    secrets: { existingSecret: secretName },
  });
}

/** Objects are merged key by key; of anything else the second wins. */
function merge(first: Values, second: Values): Values {
  const merged = Object.entries(second).map(([key, value]) => {
    const below = first[key];
    return [key, isObject(below) && isObject(value) ? merge(below, value) : value];
  });
  return { ...first, ...(Object.fromEntries(merged) as Values) };
}

const isObject = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);
