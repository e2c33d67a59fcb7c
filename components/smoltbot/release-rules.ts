import { keysNeededBy, type Catalogue } from "../upgrade/plan/catalogue";
import type { KubernetesRules } from "../kubernetes/gate-input";
import { decidedBy } from "../kubernetes/gates/values-trap";

/**
 * What is true of every release of smoltbot.
 *
 * Source: `mnemom/smoltbot@33f9a5a`: deploy/helm/mnemom-gateway (templates read neither redis nor postgresql), entrypoints of the
 * gateway and the scheduler (required environment, S-24, T-02), migration runner at v2.1.0 (reads POSTGRES_URL, never
 * DATABASE_URL, T-05), the Supabase check is an HTTP request (the compose file points it at the database's own port, T-03), REDIS_URL and
 * OTLP_ENDPOINT are optional, release workflow (tags of the two images, T-07), shutdown of the gateway (15 s for open requests,
 * readiness is not flipped).
 */
export const releaseRules: Omit<KubernetesRules, "catalogue" | "requiredValues" | "modelledHooks"> =
  {
    requiredKeys: [
      "SUPABASE_URL",
      "SUPABASE_KEY",
      "ANTHROPIC_API_KEY",
      "SUPABASE_JWT_SECRET",
      "POSTGRES_URL",
    ],
    tagForms: { gateway: "plain", migrate: "v" },
    openValues: ["config", "secrets.values"],
    sharedKeys: [],
    urlRules: [
      {
        key: "SUPABASE_URL",
        schemes: ["https", "http"],
        notPort: { port: 5432, why: "which is PostgreSQL's own and speaks no HTTP" },
      },
      { key: "POSTGRES_URL", schemes: ["postgresql", "postgres"] },
      { key: "REDIS_URL", schemes: ["redis", "rediss"] },
      { key: "OTLP_ENDPOINT", schemes: ["https", "http"] },
    ],
    drainSeconds: 15,
    valueTraps: [
      {
        path: "redis",
        why: "no template reads it and no Redis is deployed",
        fix: "remove it and set REDIS_URL among the secrets",
      },
      {
        path: "postgresql",
        why: "no template reads it and no database is deployed",
        fix: "remove it and set POSTGRES_URL among the secrets",
      },
      {
        path: "secrets",
        why: "the program brings its own Secret",
        fix: "remove it and set the keys under gateways:smoltbotSecrets, encrypted",
      },
      decidedBy("image.tag", "version"),
      decidedBy("replicaCount", "availability.replicas"),
      decidedBy("hpa", "availability.autoscaling"),
      decidedBy("pdb", "availability.minAvailable"),
      decidedBy("migration", "schema"),
    ],
  };

/** Keys without which a pod or the migration of that release does not start: those of every release, and those that came since. */
export const requiredKeysOf = (catalogue: Catalogue, release: string): readonly string[] => [
  ...new Set([...releaseRules.requiredKeys, ...keysNeededBy(catalogue, release)]),
];
