import { Readable } from "node:stream";
import type Docker from "dockerode";
import { expect, test } from "vitest";
import type { DockerHost } from "../../../components/docker/platform/docker-host";
import type { ComposePlace } from "../../../components/docker/platform/place";
import { startData, startOneAgain } from "../../../components/docker/platform/start-data";

interface Box {
  readonly role: string;
  state: string;
  /** What Docker says of its check, one answer after the other; the last one holds. */
  readonly health?: string[];
  /** Exit code of the check itself. */
  readonly check?: number;
  readonly restarts?: number;
  readonly volume?: string;
  readonly gateway?: string;
  readonly restart?: string;
}

/** A host with these containers, which run once they are started. */
function hostWith(boxes: Readonly<Record<string, Box>>, compose?: ComposePlace) {
  const started: string[] = [];
  const inspect = (name: string) => {
    const { role, state, volume, health, gateway = "smoltbot" } = boxes[name]!;
    const { restart = "unless-stopped" } = boxes[name]!;
    const says = health && (health.length > 1 ? health.shift() : health[0]);
    return {
      Id: name,
      Name: `/${name}`,
      Created: "2026-01-01T00:00:00Z",
      Image: "sha256:1",
      RestartCount: boxes[name]!.restarts ?? 0,
      State: {
        Status: state,
        Running: state === "running",
        ExitCode: 0,
        OOMKilled: false,
        ...(says === undefined ? {} : { Health: { Status: says, FailingStreak: 0, Log: [] } }),
      },
      HostConfig: {
        RestartPolicy: { Name: restart },
        Memory: 0,
        LogConfig: { Type: "json-file", Config: {} },
      },
      Mounts: volume === undefined ? [] : [{ Type: "volume", Name: volume, Destination: "/data" }],
      Config: {
        Image: `${role}:1`,
        Env: [],
        ...(health === undefined ? {} : { Healthcheck: { Test: ["CMD", "check"] } }),
        Labels: { "gateways.instance": gateway, "gateways.role": role },
      },
      NetworkSettings: { Networks: {} },
    };
  };
  const docker = {
    listContainers: () => Promise.resolve(Object.keys(boxes).map((Id) => ({ Id }))),
    getContainer: (name: string) => ({
      inspect: () => Promise.resolve(inspect(name)),
      exec: () =>
        Promise.resolve({
          start: () => Promise.resolve(Readable.from([""])),
          inspect: () => Promise.resolve({ ExitCode: boxes[name]!.check ?? 0 }),
        }),
      start: () => {
        started.push(name);
        boxes[name]!.state = "running";
        return Promise.resolve();
      },
    }),
    modem: { demuxStream: (from: Readable) => void from.resume() },
  } as unknown as Docker;
  const host: DockerHost = {
    docker,
    place: { host: "unix:///run/docker.sock", namespace: "smoltbot", compose },
    io: { env: {}, say: () => undefined },
    wanted: () => ({
      gateway: "smoltbot",
      containers: { gateway: ["gateway"], observer: ["observer"], proxy: ["proxy"] },
      proxy: { bind: "0.0.0.0:8787", idleSeconds: 60, drainSeconds: 60, servers: [] },
    }),
    ofRole: () => Promise.reject(new Error("nobody asks for a role here")),
    look: () => Promise.reject(new Error("nobody looks at workloads here")),
  };
  return { host, started };
}

const stopped = (): Record<string, Box> => ({
  postgres: { role: "postgres", state: "exited", volume: "pgdata" },
  redis: { role: "redis", state: "exited", volume: "redisdata" },
  gateway: { role: "gateway", state: "exited" },
  migrate: { role: "migrate", state: "exited", restart: "no" },
  other: { role: "postgres", state: "exited", volume: "other", gateway: "other" },
});

test("database and Redis that were stopped are started, and nothing else of the host (S-14)", async () => {
  const { host, started } = hostWith(stopped());
  await startData(host);
  expect(started).toEqual(["postgres", "redis"]);
  await startData(host);
  expect(started).toEqual(["postgres", "redis"]);
});

test("a database is not started while somebody else runs on its volume (S-14)", async () => {
  const theirs = { role: "", state: "running", volume: "pgdata", gateway: "" };
  const { host, started } = hostWith({ ...stopped(), theirs });
  await expect(startData(host)).rejects.toThrow(/theirs runs on its volume pgdata/);
  await expect(startOneAgain(host, "postgres")).rejects.toThrow(/theirs runs on its volume pgdata/);
  expect(started).toEqual([]);
});

test("an adoption starts them itself, once nothing of Compose has the volumes", async () => {
  const takes = { data: {}, gateway: "gateway", others: [], stopSeconds: 20, ready: "/" };
  const compose = { project: "smoltbot", takes, remove: [] };
  const { host, started } = hostWith(stopped(), compose);
  await startData(host);
  expect(started).toEqual([]);
});

test("the database alone is started by its name if it is ours and was stopped (S-37)", async () => {
  const { host, started } = hostWith(stopped());
  expect(await startOneAgain(host, "other")).toBe(false);
  expect(await startOneAgain(host, "migrate")).toBe(false);
  expect(await startOneAgain(host, "nowhere")).toBe(false);
  expect(await startOneAgain(host, "postgres")).toBe(true);
  expect(await startOneAgain(host, "postgres")).toBe(false);
  expect(started).toEqual(["postgres"]);
});

test("a gateway that Docker calls unhealthy since it was without its database is waited for until Docker has noticed; one that is unhealthy is left to the rollout (S-14)", async () => {
  const health = ["unhealthy", "unhealthy", "unhealthy", "healthy"];
  const gateway = { role: "gateway", state: "running", health };
  await startData(hostWith({ gateway }).host);
  expect(health).toEqual(["healthy"]);
  const ill = { role: "gateway", state: "running", health: ["unhealthy"], check: 1, restarts: 5 };
  const from = Date.now();
  await startData(hostWith({ ill }).host);
  expect(Date.now() - from).toBeLessThan(5000);
});
