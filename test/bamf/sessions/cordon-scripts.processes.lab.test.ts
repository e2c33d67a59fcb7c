import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { COMPONENTS } from "../../../components/root";
import { openRedis, type RedisConnection } from "../../lab/bamf/redis";
import { freePort } from "../../lab/private-server";

const FAR = 1_000_000_000;
const BRIDGE = "bamf-bridge-1";
const SETS = ["bridges:available", "bridges:available:eu"];
let server: ChildProcess;
let redis: RedisConnection;
let scripts: Readonly<Record<string, string>>;

beforeAll(async () => {
  const program = await readFile(join(COMPONENTS, "bamf/sessions/program.py"), "utf8");
  const found = program.matchAll(/^(\w+) = store\.register_script\(\s*"""([^]*?)"""/gm);
  scripts = Object.fromEntries([...found].map(([, name = "", text = ""]) => [name, text]));
  const port = await freePort();
  server = spawn("redis-server", ["--port", String(port), "--save", "", "--bind", "127.0.0.1"], {
    stdio: "ignore",
  });
  redis = await vi.waitFor(() => openRedis(port), 20_000);
}, 30_000);
afterAll(async () => {
  redis.close();
  server.kill();
  await once(server, "exit");
});

const run = (name: string, ...args: readonly (string | number)[]) => {
  const keys = ["gateways:held", `bridge:${BRIDGE}`, ...SETS];
  return redis.ask("EVAL", scripts[name] ?? "", String(keys.length), ...keys, ...args.map(String));
};
const hold = async ({ leaving = "0", answers = "0" } = {}) =>
  (await run("HOLD", `bridge ${BRIDGE}`, "me", FAR, BRIDGE, "1", leaving, answers)).split("\n")[0];
const giveBack = () => run("GIVE_BACK", `bridge ${BRIDGE}`, "", BRIDGE, FAR);
const isChosen = async () => {
  const scores = await Promise.all(SETS.map((set) => redis.ask("ZSCORE", set, BRIDGE)));
  return scores.some((score) => score !== "" && Number(score) < FAR / 2);
};

/** What the API does when a bridge registers. Source: `mattrobinsonsre/bamf@v0.11.0:services/bamf/api/routers/internal_bridges.py` */
async function registers(at = "1") {
  const fields = ["hostname", "b1", "status", "ready", "active_tunnels", "3", "registered_at", at];
  await redis.ask("HSET", `bridge:${BRIDGE}`, ...fields);
  for (const set of SETS) await redis.ask("ZADD", set, "0", BRIDGE);
}
/** What it does when a bridge says that it was told to stop, and for each tunnel that ends there. */
async function isToldToStop() {
  await redis.ask("HSET", `bridge:${BRIDGE}`, "status", "draining");
  for (const set of SETS) await redis.ask("ZREM", set, BRIDGE);
}
const tunnelEnds = async () => {
  for (const set of SETS) await redis.ask("ZINCRBY", set, "-1", BRIDGE);
};
const mark = () => redis.ask("HSET", "gateways:held", `bridge ${BRIDGE}`, '{"owner": "me"}');

beforeEach(async () => {
  await redis.ask("FLUSHALL");
  await registers();
  await mark();
});

test("a bridge that was only kept from new tunnels takes them again once it is given back (T-40)", async () => {
  expect(await hold()).toBe("held");
  await tunnelEnds();
  expect(await isChosen()).toBe(false);
  expect(await giveBack()).toBe("given back");
  expect(await isChosen()).toBe(true);
  expect(await redis.ask("HGET", `bridge:${BRIDGE}`, "status")).toBe("ready");
});

test("a bridge that somebody else has told to stop meanwhile is not given back, whether its program has seen that or was killed before (T-40)", async () => {
  for (const looks of [0, 1, 3]) {
    await registers();
    await mark();
    expect(await hold()).toBe("held");
    await isToldToStop();
    await tunnelEnds();
    for (let look = 0; look < looks; look += 1) {
      expect(await hold()).toBe("held");
      await tunnelEnds();
      expect(await isChosen()).toBe(false);
    }
    expect(await giveBack()).toBe("stops");
    expect(await redis.ask("HGET", `bridge:${BRIDGE}`, "status")).toBe("draining");
    expect(await redis.ask("HLEN", "gateways:held")).toBe("0");
  }
});

test("its successor is chosen as any other once it has registered and its tunnel port answers, and not if it stops by then (T-40)", async () => {
  await hold();
  await isToldToStop();
  expect(await hold({ leaving: "1" })).toBe("held");
  await registers("2");
  expect(await hold({ leaving: "1" })).toBe("registered");
  expect(await isChosen()).toBe(false);
  expect(await hold({ leaving: "1", answers: "1" })).toBe("returned");
  expect(await isChosen()).toBe(true);
  await mark();
  await registers("3");
  await hold({ leaving: "1" });
  await isToldToStop();
  expect(await hold({ leaving: "1", answers: "1" })).toBe("returned");
  expect(await isChosen()).toBe(false);
});

test("a heartbeat or a registration that was under way when the bridge was held is no stop of it", async () => {
  await hold();
  for (const set of SETS) await redis.ask("ZADD", set, "0", BRIDGE);
  expect(await giveBack()).toBe("given back");
  await mark();
  await hold();
  for (const set of SETS) await redis.ask("ZADD", set, "2", BRIDGE);
  expect(await hold()).toBe("held");
  expect(await isChosen()).toBe(false);
  expect(await giveBack()).toBe("given back");
  expect(await isChosen()).toBe(true);
});
