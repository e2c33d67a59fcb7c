import { describe, expect, test } from "vitest";
import { composeHost } from "./compose-host";

const CHANGE = [
  "stop smoltbot-observer-1",
  "stop smoltbot-postgres-1",
  "stop smoltbot-redis-1",
  "start ours-postgres",
  "start ours-redis",
  "stop smoltbot-gateway-1",
  "start ours-proxy",
];

describe("the change from a Compose project to ours", () => {
  test("stops its database before ours starts on the volume, and its gateway last of all (T-46)", async () => {
    const { run, done, said } = composeHost();
    const { handedOver, records } = await run();
    expect(done).toEqual(CHANGE);
    expect([...handedOver].sort()).toEqual(records.toSorted());
    expect(said.join("\n")).toMatch(/without database and Redis for \d+\.\d s/);
    expect(said.join("\n")).toMatch(/the published port had no owner for at most \d+\.\d s/);
  });

  test("that is done has nothing to do again, and says how its containers are removed", async () => {
    const { run, done } = composeHost();
    await run();
    const { handedOver, advice } = await run();
    expect(done).toEqual(CHANGE);
    expect(handedOver).toEqual([]);
    expect(advice.join()).toMatch(/docker rm smoltbot-gateway-1 smoltbot-observer-1/);
  });

  test("goes on where a killed run has stopped the database, though the gateways have none to be ready with", async () => {
    const { run, done, theirs } = composeHost();
    for (const service of ["postgres", "redis", "observer"]) theirs(service, "exited");
    await run();
    expect(done).toEqual(CHANGE.slice(3));
  });

  test("stops nothing as long as the new gateway is not ready, and leaves Compose serving", async () => {
    const { run, running, done } = composeHost({}, "ours-gateway");
    await expect(run()).rejects.toThrow(/the Compose project smoltbot is started again/);
    expect(running().filter((name) => name.startsWith("smoltbot-"))).toHaveLength(4);
    expect(running().filter((name) => name.startsWith("ours-"))).toEqual([]);
    expect(done.filter((one) => one.startsWith("stop smoltbot-"))).toEqual([]);
  });

  test("gives the volume back to Compose if ours does not come up on it, and never has both run", async () => {
    const { run, done, running } = composeHost({}, "ours-postgres");
    await expect(run()).rejects.toThrow(/ours-postgres does not keep running/);
    expect(done.indexOf("stop ours-postgres")).toBeLessThan(
      done.indexOf("start smoltbot-postgres-1"),
    );
    expect(running().filter((name) => name.startsWith("smoltbot-"))).toHaveLength(4);
  });

  test.each(["ours-postgres", "ours-gateway"])(
    "stops nothing of Compose where somebody has removed %s, which the engine still knows",
    async (name) => {
      const { run, remove, done } = composeHost();
      remove(name);
      await expect(run()).rejects.toThrow(/there is no container of ours for .*pulumi refresh/s);
      expect(done.filter((one) => one.startsWith("stop smoltbot-"))).toEqual([]);
    },
  );

  test("is refused while both databases run", async () => {
    const { run, ours, done } = composeHost();
    ours("postgres", "running");
    await expect(run()).rejects.toThrow(/ours-postgres and .*smoltbot-postgres-1.* same time/);
    expect(done).toEqual([]);
  });

  test("keeps a container of Compose from starting with the daemon", async () => {
    const { run, theirs, restart } = composeHost();
    theirs("postgres", "running", "always");
    await run();
    expect(restart("smoltbot-postgres-1")).toBe("unless-stopped");
  });
});

describe("what an older Compose file has left", () => {
  test("is removed if the operator has consented, and only if it has ended (T-06)", async () => {
    const { takes, ...rest } = { takes: undefined, remove: ["migrate", "seed"] };
    const { run, theirs, names, done } = composeHost({ ...rest, takes });
    theirs("migrate", "exited");
    theirs("seed");
    expect((await run()).advice).toEqual([
      "smoltbot-migrate-1, which an older Compose file has left, is removed",
    ]);
    expect(names()).not.toContain("smoltbot-migrate-1");
    expect(names()).toContain("smoltbot-seed-1");
    expect(done).toEqual([]);
  });

  test("stays without a consent (T-06)", async () => {
    const { run, theirs, names } = composeHost();
    theirs("migrate", "exited");
    await run();
    expect(names()).toContain("smoltbot-migrate-1");
  });
});
