import type { UrlRule } from "../upgrade/gates/connection-urls";
import type { Target } from "../kubernetes/gates/network-reach";

/** Ports where a URL names none. */
const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  "http:": 80,
  "https:": 443,
  "postgres:": 5432,
  "postgresql:": 5432,
  "redis:": 6379,
  "rediss:": 6379,
};

/**
 * Where the pods connect to, and how.
 *
 * Source: `mnemom/smoltbot@33f9a5a`: the Supabase check is an HTTP request (the compose file points it at the database's own port, T-03),
 * REDIS_URL and OTLP_ENDPOINT are optional; migration runner at v2.1.0: POSTGRES_URL.
 */
export const urlRules: readonly UrlRule[] = [
  {
    key: "SUPABASE_URL",
    schemes: ["https", "http"],
    notPort: { port: 5432, why: "which is PostgreSQL's own and speaks no HTTP" },
  },
  { key: "POSTGRES_URL", schemes: ["postgresql", "postgres"] },
  { key: "REDIS_URL", schemes: ["redis", "rediss"] },
  { key: "OTLP_ENDPOINT", schemes: ["https", "http"] },
];

/** Ports behind the URLs of an environment; of one that cannot be read there is none. Nothing else of a URL leaves here. */
export const targetsOf = (environment: Readonly<Record<string, string>>): readonly Target[] =>
  urlRules.flatMap(({ key }) => {
    const text = environment[key] ?? "";
    if (!URL.canParse(text)) return [];
    const { protocol, port } = new URL(text);
    const number = port === "" ? DEFAULT_PORTS[protocol] : Number(port);
    return number === undefined ? [] : [{ key, port: number }];
  });
