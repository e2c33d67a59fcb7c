import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { readSettings } from "../settings";
import { startBamfDatabases, type BamfDatabases } from "./databases";
import { buildBamf } from "./programs";
import type { BamfFault } from "./releases";
import { startStage, type Stage } from "./stage";

const settings = readSettings(process.env);

let databases: BamfDatabases;
let binary: string;
let stage: Stage;

beforeAll(async () => {
  binary = await buildBamf(settings);
  databases = await startBamfDatabases(settings);
});
afterAll(() => databases.remove());
afterEach(() => stage.close());

/** Programs of one release, with one fault, on the newest schema. */
async function start(env: {
  readonly BAMF_LAB_FAULT?: BamfFault;
  readonly BAMF_LAB_RELEASE?: string;
}): Promise<void> {
  stage = await startStage(binary, await databases.another(), { ...env });
}

test("a bridge that never gets ready is well, and does not register", async () => {
  await start({ BAMF_LAB_FAULT: "bridge-never-ready" });
  await stage.startBridge(0, "health");
  expect((await fetch(`${stage.healthOf(0)}/ready`)).status).toBe(503);
  expect(await stage.redis("EXISTS", "bridge:bamf-bridge-0")).toBe("0");
});

test("a bridge that never drains counts tunnels that ended, and stays until it is killed", async () => {
  await start({ BAMF_LAB_FAULT: "bridge-never-drains" });
  await stage.startAgent("one");
  const bridge = await stage.startBridge(0);
  const client = await stage.startClient("-hold", "3");
  await client.stop();
  await pause(500);
  expect(await stage.metric(0, "bamf_bridge_active_tunnels")).toBe(3);
  bridge.signal("SIGTERM");
  await vi.waitFor(async () => {
    expect(await stage.metric(0, "bamf_bridge_draining")).toBe(1);
  }, 15_000);
  await pause(1500);
  expect(bridge.running()).toBe(true);
});

test("an API with errors is ready, and fails every other request of a user", async () => {
  await start({ BAMF_LAB_FAULT: "api-errors" });
  expect((await fetch(`${stage.apiUrl}/ready`)).status).toBe(200);
  const [one, two] = [await stage.ask("/api/v1/agents"), await stage.ask("/api/v1/agents")];
  expect([one.status, two.status].sort()).toEqual([200, 500]);
});

test("an API that rejects agents lets none be online", async () => {
  await start({ BAMF_LAB_FAULT: "agent-rejected" });
  await expect(stage.startAgent("one", 5)).rejects.toThrow("not within");
});

test("an API of v0.9.1 on the schema of v0.10.0 starts, and fails each new connection (T-26)", async () => {
  await start({ BAMF_LAB_RELEASE: "v0.9.1" });
  await stage.startAgent("one");
  await stage.startBridge(0);
  expect(await stage.redis("HGET", "bridge:bamf-bridge-0", "outpost")).toBe("default");
  const { status } = await stage.ask("/api/v1/connect", { resource_name: "echo" });
  expect(status).toBe(500);
});

test("an API stays after its end signal while an agent listens, and tells no version", async () => {
  await start({});
  await stage.startAgent("one");
  const { info } = (await (await fetch(`${stage.apiUrl}/api/openapi.json`)).json()) as {
    info: { version: string };
  };
  expect(info.version).toBe("0.1.0");
  stage.api.signal("SIGTERM");
  await pause(2000);
  expect(stage.api.running()).toBe(true);
});
