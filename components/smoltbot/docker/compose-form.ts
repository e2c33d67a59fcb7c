import type { ComposeForm } from "../../docker/compose/adoption";

/**
 * What smoltbot's Compose file calls its services.
 *
 * Source: `mnemom/smoltbot@33f9a5a:deploy/docker/docker-compose.yml`; `migrate` is in that of v2.1.0 alone (T-06). The variables are those that its file or
 * its image sets: SUPABASE_URL points at the port of PostgreSQL, which speaks no HTTP (T-03).
 */
export const smoltbotCompose: ComposeForm = {
  database: {
    service: "postgres",
    path: "/var/lib/postgresql/data",
    role: "postgres",
    password: "POSTGRES_PASSWORD",
  },
  cache: { service: "redis", path: "/data", role: "redis" },
  gateway: { service: "gateway", port: 8787 },
  observer: { service: "observer" },
  finished: ["migrate"],
  notSecrets: [
    "HOSTNAME",
    "MNEMOM_ROLE",
    "NODE_ENV",
    "NODE_VERSION",
    "PATH",
    "PORT",
    "REDIS_URL",
    "SMOLTBOT_ROLE",
    "SUPABASE_URL",
    "YARN_VERSION",
  ],
};
