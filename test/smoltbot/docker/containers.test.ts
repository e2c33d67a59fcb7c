import { describe, expect, test } from "vitest";
import { dockerPlace } from "../../../components/docker/settings";
import { smoltbotContainers } from "../../../components/smoltbot/docker/containers";
import type { SmoltbotOnDocker } from "../../../components/smoltbot/docker/on-docker";

const on = (change: Partial<SmoltbotOnDocker> = {}): SmoltbotOnDocker => ({
  version: "1.1.0",
  place: dockerPlace("smoltbot").parse({}),
  replicas: 1,
  images: {
    gateway: "ghcr.io/mnemom/gateway:1.1.0",
    migrate: "ghcr.io/mnemom/migrate:v1.1.0",
    postgres: "postgres:16-alpine",
    redis: "redis:7-alpine",
    proxy: "haproxy:2.6",
  },
  database: { name: "smoltbot", user: "smoltbot" },
  environment: { LOG_LEVEL: "info" },
  secrets: {
    SUPABASE_KEY: "hush-1",
    POSTGRES_PASSWORD: "hush-2",
    POSTGRES_URL: "postgresql://smoltbot:hush-2@postgres:5432/smoltbot",
  },
  ...change,
});
const made = (change: Partial<SmoltbotOnDocker> = {}) => smoltbotContainers(on(change));
const all = (change: Partial<SmoltbotOnDocker> = {}) => {
  const { data, migrate, gateways, observer, proxy } = made(change);
  return [...data, migrate, ...gateways, observer, proxy];
};
const next = {
  version: "1.2.0",
  images: { ...on().images, gateway: "ghcr.io/mnemom/gateway:1.2.0" },
};

describe("the containers of a release of smoltbot", () => {
  test("have names of their own for each release, but for what must not run twice on a volume", () => {
    const [before, after] = [all(), all(next)];
    const stays = (role: string): boolean =>
      before.find((one) => one.role === role)?.name ===
      after.find((one) => one.role === role)?.name;
    expect(before.map(({ role }) => [role, stays(role)])).toEqual([
      ["postgres", true],
      ["redis", true],
      ["migrate", false],
      ["gateway", false],
      ["observer", false],
      ["proxy", true],
    ]);
    expect(before.filter(({ role }) => role === "postgres")).toEqual(
      after.filter(({ role }) => role === "postgres"),
    );
  });

  test("each have a limit, a bounded log, a restart policy, and enough time to stop (T-45)", () => {
    for (const one of all()) {
      expect(one.memoryMiB).toBeGreaterThan(0);
      expect(one.log).toEqual({ maxSizeMiB: 10, files: 5 });
      expect(one.stopSeconds).toBeGreaterThanOrEqual(20);
      expect(one.restart).toBe(one.role === "migrate" ? "no" : "unless-stopped");
    }
  });

  test("hold no secret, only the names of those that each needs", () => {
    expect(JSON.stringify(made())).not.toContain("hush");
    const keys = Object.fromEntries(all().map(({ role, secretKeys }) => [role, secretKeys]));
    expect(keys).toEqual({
      postgres: ["POSTGRES_PASSWORD"],
      redis: [],
      migrate: ["POSTGRES_URL"],
      gateway: ["SUPABASE_KEY"],
      observer: ["SUPABASE_KEY"],
      proxy: [],
    });
  });
});

test("the gateway is well when it is ready, by a program that fails on 503 (T-15)", () => {
  expect(made().gateways[0]?.health).toMatchObject({
    program: ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8787/health/ready"],
  });
});

test("the observer opens no port, so the check of its image is taken away (T-01)", () => {
  const { observer } = made();
  expect([observer.health, observer.ports]).toEqual(["none", []]);
});

test("the database is well when one can log in, not when something listens (T-44)", () => {
  const [postgres] = made({ database: { name: "mnemom", user: "smoltbot" } }).data;
  expect(postgres?.health).toMatchObject({
    program: ["psql", "-h", "127.0.0.1", "-U", "smoltbot", "-d", "mnemom", "-tAc", "SELECT 1"],
  });
});

test("gateway and observer are told their role under both of its names (T-44)", () => {
  const { gateways, observer } = made();
  expect(gateways[0]?.environment).toMatchObject({
    SMOLTBOT_ROLE: "gateway",
    MNEMOM_ROLE: "gateway",
  });
  expect(observer.environment).toMatchObject({
    SMOLTBOT_ROLE: "scheduler",
    MNEMOM_ROLE: "scheduler",
  });
});

test("the migration gets what it cannot do without: no arguments, its connection string, a folder to write to (T-05)", () => {
  expect(made().migrate).toMatchObject({
    image: "ghcr.io/mnemom/migrate:v1.1.0",
    environment: { TMPDIR: "/tmp" },
    secretKeys: ["POSTGRES_URL"],
    tmpfs: ["/tmp"],
    readOnly: true,
  });
  expect(made().migrate.command).toBeUndefined();
});

test("no gateway has the published port: each is reached at a loopback address of its own, and the front proxy listens in the network of the host (T-46)", () => {
  const { gateways, servers, proxy } = made({ replicas: 2 });
  expect(servers).toEqual(
    gateways.map(({ name, ports: [port] }) => ({
      name,
      address: `${port?.address ?? ""}:${port?.hostPort ?? 0}`,
    })),
  );
  expect(new Set(servers.map(({ address }) => address)).size).toBe(2);
  for (const { address } of servers) expect(address).toMatch(/^127\.\d+\.\d+\.\d+:18787$/);
  expect([proxy.network, proxy.stopSignal, proxy.stopSeconds]).toEqual(["host", "SIGUSR1", 320]);
});

test("another published port or address makes another front proxy, since one that runs keeps the port that it began with (T-46)", () => {
  const at = (publish: object) =>
    made({ place: dockerPlace("smoltbot").parse({ publish }) }).proxy.name;
  const names = [{}, { port: 9090 }, { address: "127.0.0.1" }].map(at);
  expect(new Set(names).size).toBe(3);
  expect(at({ port: 8787 })).toBe(names[0]);
});

test("each front proxy has a socket of its own, and finds its predecessor at one place (T-46)", () => {
  const [proxy, successor] = [
    made().proxy,
    made({ images: { ...on().images, proxy: "haproxy:2.8" } }).proxy,
  ];
  expect(proxy.environment["PROXY_SOCKET"]).not.toBe(successor.environment["PROXY_SOCKET"]);
  expect(proxy.command).toEqual(successor.command);
  expect(proxy.volumes).toEqual(successor.volumes);
});

test("another inner port makes another container, since a port cannot change under a name", () => {
  const other = dockerPlace("smoltbot").parse({ innerPort: 19_999 });
  expect(made({ place: other }).gateways[0]?.name).not.toBe(made().gateways[0]?.name);
});

test("Redis is found under its name unless the operator has one of his own", () => {
  expect(made().gateways[0]?.environment["REDIS_URL"]).toBe("redis://redis:6379");
  const secrets = { ...on().secrets, REDIS_URL: "rediss://:hush@elsewhere:6379" };
  const [gateway] = made({ secrets }).gateways;
  expect(gateway?.environment["REDIS_URL"]).toBeUndefined();
  expect(gateway?.secretKeys).toContain("REDIS_URL");
});

test("gateways of two stacks under one name are told apart on their host: the label is the project, which names and ports follow from too", () => {
  const place = dockerPlace("smoltbot").parse({ project: "edge" });
  const labels = (change: Partial<SmoltbotOnDocker>) =>
    new Set(all(change).map((one) => one.labels["gateways.instance"]));
  expect(labels({ place })).toEqual(new Set(["edge"]));
  expect(labels({})).toEqual(new Set(["smoltbot"]));
});
