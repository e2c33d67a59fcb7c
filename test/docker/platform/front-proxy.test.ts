import { describe, expect, test } from "vitest";
import { frontProxy } from "../../../components/docker/platform/front-proxy";
import { standInHost } from "./stand-in-host";

/** Steps until it is done, and at most so many. */
async function carryOn(proxy: ReturnType<typeof frontProxy>, most = 20): Promise<number> {
  for (let count = 1; count <= most; count += 1) if ((await proxy.advance()).done) return count;
  throw new Error("never done");
}

describe("the front proxy of a gateway", () => {
  test("that was never started gets its configuration first, and then serves (T-46)", async () => {
    const { host, put, done } = standInHost(["new"]);
    put("proxy", "proxy-new", { state: "created" });
    await carryOn(frontProxy(host));
    expect(done.slice(0, 2)).toEqual(["configure proxy-new", "start proxy-new"]);
  });

  test("lets the new gateway in, drains the old one, waits for what is open there, and keeps that for its next start", async () => {
    const { host, put, done, servers } = standInHost(["new"]);
    put("proxy", "proxy-new");
    servers.push({ name: "old", status: "UP", open: 2 });
    const proxy = frontProxy(host);
    for (let step = 0; step < 5; step += 1) expect((await proxy.advance()).done).toBe(false);
    expect((await proxy.advance()).words).toBe("2 open with old");
    servers[0]!.open = 0;
    await carryOn(proxy);
    expect(done).toEqual([
      "add server gateway/new 127.1.1.1:18787",
      "set server gateway/new state ready",
      "set server gateway/old state drain",
      "set server gateway/old state maint",
      "del server gateway/old",
      "configure proxy-new",
    ]);
  });

  test("cuts what is open with the old gateway at the limit, and counts it", async () => {
    const { host, put, servers, said } = standInHost(["new"], 0.001);
    put("proxy", "proxy-new");
    servers.push({ name: "old", status: "DRAIN", open: 3 });
    await carryOn(frontProxy(host));
    expect(said.at(-1)).toBe("3 still open with old gateways after 0.001 s");
  });

  test("of another image takes the sockets over before the old one is told to leave, and waits until that has left", async () => {
    const { host, put, done } = standInHost(["new"]);
    put("proxy", "proxy-old");
    put("proxy", "proxy-new", { state: "created" });
    await carryOn(frontProxy(host));
    const order = ["start proxy-new", "stop proxy-old", "add server gateway/new 127.1.1.1:18787"];
    expect(done.filter((one) => order.includes(one))).toEqual(order);
  });

  test("that a killed run has told to leave, and that is wanted again, is waited for, and the other one keeps the port until then (S-14, T-46)", async () => {
    const { host, put, done, world } = standInHost(["new"]);
    put("proxy", "proxy-new");
    put("proxy", "proxy-other");
    world.info = "Name: HAProxy\nStopping: 1\n";
    const proxy = frontProxy(host);
    for (let step = 0; step < 3; step += 1)
      expect((await proxy.advance()).words).toMatch(/^front proxy proxy-new has not left yet/);
    expect(done).toEqual([]);
    put("proxy", "proxy-new", { state: "exited" });
    world.info = "";
    await carryOn(proxy);
    const order = ["start proxy-new", "stop proxy-other"];
    expect(done.filter((one) => order.includes(one))).toEqual(order);
  });

  test("that got no sockets from the old one is started again, and the old one stays", async () => {
    const { host, put, done, world } = standInHost(["new"]);
    put("proxy", "proxy-old");
    put("proxy", "proxy-new", { state: "created" });
    world.log = "Failed to get the sockets from the old process";
    const proxy = frontProxy(host);
    for (let step = 0; step < 4; step += 1) await proxy.advance();
    expect(done).toContain("stop proxy-new");
    expect(done).not.toContain("stop proxy-old");
    expect(done.filter((one) => one === "start proxy-new").length).toBeGreaterThan(1);
  });

  test("that got no sockets is not taken for the first one because the daemon could not be asked about the old one, which stays (T-46)", async () => {
    const { host, put, done, world } = standInHost(["new"]);
    put("proxy", "proxy-old");
    put("proxy", "proxy-new", { state: "created" });
    world.log = "Failed to get the sockets from the old process";
    const proxy = frontProxy(host);
    await proxy.advance();
    world.lost = "proxy-old";
    await expect(carryOn(proxy)).rejects.toThrow("read ECONNRESET");
    expect(done).not.toContain("stop proxy-old");
  });

  test("that never gets the sockets is given up with its last words, and the old one serves on", async () => {
    const { host, put, done, world } = standInHost(["new"]);
    put("proxy", "proxy-old");
    put("proxy", "proxy-new", { state: "created" });
    world.log = "Failed to get the sockets from the old process";
    await expect(carryOn(frontProxy(host))).rejects.toThrow(/does not keep running/);
    expect(done).not.toContain("stop proxy-old");
  });

  test("that serves is not stopped because of what it said at its own first start, if a killed run has started another one since and the line was set back (S-14, T-46)", async () => {
    const { host, put, done, world } = standInHost(["new"]);
    put("proxy", "proxy-new");
    put("proxy", "proxy-other", { startedAt: 2 });
    world.log = "Failed to get the sockets from the old process";
    await carryOn(frontProxy(host));
    expect(done).not.toContain("stop proxy-new");
    expect(done).toContain("stop proxy-other");
  });
});
