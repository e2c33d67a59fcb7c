import type { ComposeService } from "./compose";

/** A secret that Compose gives to its gateway and the stack file does not know. */
export const LOST = { OPENAI_API_KEY: "openai-key-that-nobody-sees" } as const;

/**
 * The services of the guide's Compose file, with what answers at SUPABASE_URL beside them.
 *
 * Source: mnemom/smoltbot@v2.1.0:deploy/docker/docker-compose.yml, with another port of the host.
 *
 * @param port - of the host
 * @param release - of gateway, observer and migration
 */
export function composeServices(
  secrets: Readonly<Record<string, string>>,
  port: number,
  release = "1.0.0",
): Readonly<Record<string, ComposeService>> {
  const { POSTGRES_PASSWORD: password = "", ...keys } = secrets;
  const postgres = { POSTGRES_DB: "smoltbot", POSTGRES_USER: "smoltbot" };
  const own = { ...keys, SUPABASE_URL: "http://rest:54321", REDIS_URL: "redis://redis:6379" };
  const isHealthy = { condition: "service_healthy" } as const;
  const often = { interval: "1s", timeout: "3s", retries: 30 } as const;
  const migrated = { condition: "service_completed_successfully" } as const;
  const program = {
    image: `ghcr.io/mnemom/gateway:${release}`,
    restart: "unless-stopped",
    depends_on: { migrate: migrated, redis: isHealthy },
  } as const;
  return {
    postgres: {
      image: "postgres:15-alpine",
      environment: { ...postgres, POSTGRES_PASSWORD: password },
      volumes: ["pgdata:/var/lib/postgresql/data"],
      ports: ["5432:5432"],
      healthcheck: { test: ["CMD-SHELL", "pg_isready -h 127.0.0.1 -U smoltbot"], ...often },
      restart: "unless-stopped",
    },
    redis: {
      image: "redis:7-alpine",
      command: ["redis-server", "--appendonly", "yes"],
      volumes: ["redisdata:/data"],
      ports: ["6379:6379"],
      healthcheck: { test: ["CMD", "redis-cli", "ping"], ...often },
      restart: "unless-stopped",
    },
    rest: {
      image: "gateways.local/supabase:1",
      command: ["--listen", "0.0.0.0:54321"],
      environment: {
        DATABASE_URL: `postgres://smoltbot:${encodeURIComponent(password)}@postgres:5432/smoltbot`,
      },
      restart: "unless-stopped",
      depends_on: { postgres: isHealthy },
    },
    migrate: {
      image: `ghcr.io/mnemom/migrate:v${release}`,
      // Of PG* variables it makes a URL without escaping the password.
      environment: {
        POSTGRES_URL: `postgres://smoltbot:${encodeURIComponent(password)}@postgres:5432/smoltbot`,
      },
      depends_on: { postgres: isHealthy },
    },
    gateway: {
      ...program,
      environment: { ...own, ...LOST, SMOLTBOT_ROLE: "gateway", PORT: "8787", REGION: "" },
      ports: [`${port}:8787`],
    },
    observer: { ...program, environment: { ...own, SMOLTBOT_ROLE: "scheduler" } },
  };
}
