import { merge, type Tree } from "../config/merge";
import type { SmoltbotConfig } from "./config";

/**
 * What the chart is given: the operator's values, and over them what this program decides itself.
 *
 * - `image.tag`: the wanted release; the chart's default was never published (T-07).
 * - `migration.enabled`: off, the schema chapter runs the migration; the chart's hook cannot succeed (T-05).
 * - `pdb`, `hpa`: off, the availability chapter has both under the same names.
 * - `secrets.existingSecret`: our own Secret, so that no secret goes through a chart value (law 6).
 */
export function chartValues(config: SmoltbotConfig, secretName: string): Tree {
  return merge(config.values, {
    image: { tag: config.version },
    replicaCount: config.availability.replicas,
    migration: { enabled: false },
    pdb: { enabled: false },
    hpa: { enabled: false },
    secrets: { existingSecret: secretName },
  });
}
