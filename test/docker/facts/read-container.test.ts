import { expect, test } from "vitest";
import { parseInspected, readContainer } from "../../../components/docker/facts/read-container";
import { readDaemon } from "../../../components/docker/facts/read-daemon";
import { inspected } from "../inspected";

test("a container is read with what gates judge, and without a value of its environment", () => {
  const found = readContainer(
    inspected({
      service: "gateway",
      env: ["SUPABASE_KEY=hush=hush", "EMPTY"],
      port: "8787",
      volume: ["data", "/data"],
    }),
  );
  expect(found).toMatchObject({
    name: "smoltbot-gateway-1",
    image: "gateway:1",
    state: "running",
    health: "none",
    createdAt: Date.parse("2026-02-17T12:00:00.123Z"),
    environmentKeys: ["EMPTY", "PATH", "SUPABASE_KEY"],
    mounts: [{ kind: "volume", source: "data", path: "/data" }],
    ports: [{ address: "0.0.0.0", hostPort: 8787, port: 8787 }],
    restart: "unless-stopped",
    stopSeconds: undefined,
  });
  expect(JSON.stringify(found)).not.toContain("hush");
});

test("a port that Docker is to choose is none that somebody has", () => {
  expect(readContainer(inspected({ service: "gateway", port: "" })).ports).toEqual([]);
  expect(readContainer(inspected({ service: "gateway", port: "0" })).ports).toEqual([]);
});

test("what is no answer of docker inspect is an error that names the place", () => {
  expect(() => parseInspected({ Id: "1" })).toThrow(/^docker inspect: Name: /);
});

test("a daemon is read from its two answers, with the architecture as images name it", () => {
  const info = {
    ID: "D-1",
    Name: "edge-1",
    OSType: "linux",
    Architecture: "x86_64",
    NCPU: 2,
    MemTotal: 4096,
    SystemTime: "2026-02-17T12:00:00.5Z",
    DockerRootDir: "/var/lib/docker",
  };
  const version = { Version: "20.10.24+dfsg1", ApiVersion: "1.41" };
  const asked = { from: 1, to: 2 };
  expect(readDaemon({ info, version }, asked)).toEqual({
    id: "D-1",
    name: "edge-1",
    version: "20.10.24+dfsg1",
    apiVersion: "1.41",
    platform: { os: "linux", architecture: "amd64" },
    cpus: 2,
    memory: 4096,
    clock: Date.parse("2026-02-17T12:00:00.500Z"),
    asked,
    root: "/var/lib/docker",
  });
  expect(readDaemon({ info: { ...info, SystemTime: "" }, version }, asked).clock).toBeUndefined();
  expect(() => readDaemon({ info: {}, version }, asked)).toThrow(/^docker info\.OSType: /);
});
