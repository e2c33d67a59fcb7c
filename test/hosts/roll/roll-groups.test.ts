import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { HostFailure } from "../../../components/hosts/api/run-on-host";
import { rollGroups } from "../../../components/hosts/roll/roll-groups";
import { sum } from "../agents";
import { groups, Memory } from "./memory";

describe("a rollout over groups of hosts (B-38)", () => {
  test("brings all of them to the release, canaries first, and no more at one time than the size of the group", async () => {
    const memory = new Memory();
    for (const { hosts } of groups) for (const host of hosts) memory.open.set(host, 3);
    memory.policy = {
      policy: "cut",
      limitSeconds: 0,
      consented: new Map([
        ["canary", 6],
        ["web", 9],
      ]),
    };
    const { hosts, missing } = await memory.roll();
    expect(memory.swapped).toEqual(["c1", "c2", "w1", "w2", "w3"]);
    expect(memory.most).toBe(2);
    expect(hosts.map(({ host, group, tunnels }) => `${group}/${host} ${String(tunnels)}`)).toEqual([
      "canary/c1 3",
      "canary/c2 3",
      "web/w1 3",
      "web/w2 3",
      "web/w3 3",
    ]);
    expect(missing).toEqual([]);
    expect(memory.said[0]).toBe("c1 is swapped to 0.11.0, with 3 tunnels open");
  });

  test("that is run again touches nobody", async () => {
    const memory = new Memory();
    await memory.roll();
    memory.swapped.length = 0;
    await memory.roll();
    expect(memory.swapped).toEqual([]);
  });

  test("halts at a canary that was swapped back, and no host past it is touched; the next run goes on where it was", async () => {
    const memory = new Memory();
    memory.ends.set("c2", {
      outcome: "swapped-back",
      reason: "release 0.11.0 does not come up: its unit is failed",
    });
    await expect(memory.roll()).rejects.toThrow(
      "halted: c2 failed; 1 host at the release, 3 hosts not touched. c2: release 0.11.0 does not come up: its unit is failed",
    );
    expect(memory.swapped).toEqual(["c1", "c2"]);
    memory.ends.clear();
    await memory.roll();
    expect(memory.swapped).toEqual(["c1", "c2", "c2", "w1", "w2", "w3"]);
  });

  test("halts at an agent that has joined anew, and at one that has stopped answering (B-39)", async () => {
    const memory = new Memory();
    memory.ends.set("c1", { identity: "changed" });
    memory.ends.set("c2", new HostFailure("no answer within 15 s", true));
    await expect(memory.roll()).rejects.toThrow(
      /c1: its certificate or key is another one than before.*; c2: it has stopped answering: no answer within 15 s/,
    );
    expect(memory.swapped).toEqual(["c1", "c2"]);
  });

  test("tells what has failed on a host that answers, or here, as what it is", async () => {
    const memory = new Memory();
    memory.ends.set("c1", new HostFailure("sudo: a password is required", false));
    memory.ends.set("c2", new Error("no file for the hosts"));
    await expect(memory.roll()).rejects.toThrow(
      /c1: sudo: a password is required; c2: no file for the hosts/,
    );
  });

  test("looks at no more hosts at one time than a jump host takes", async () => {
    const hosts = Array.from({ length: 30 }, (_, index) => `h${index}`);
    const memory = new Memory();
    let [most, now] = [0, 0];
    const look: typeof memory.look = async (host) => {
      most = Math.max(most, (now += 1));
      await pause(2);
      now -= 1;
      return memory.look(host);
    };
    const task = {
      groups: [{ name: "canary", size: 1, mayMiss: 0, hosts }],
      wanted: () => "nothing",
      tunnels: memory.policy,
    };
    const io = { env: {}, say: () => undefined };
    await expect(
      rollGroups(task, { look, stage: memory.stage, swap: memory.swap }, io),
    ).rejects.toThrow(/halted/);
    expect(most).toBe(8);
  });

  test("goes on without a host that its group may miss, and names it", async () => {
    const memory = new Memory();
    memory.away.add("w2");
    const { missing } = await memory.roll();
    expect(missing).toEqual(["w2"]);
    expect(memory.said[0]).toBe("w2 is out of reach: no answer within 15 s");
  });

  test("waits for the tunnels of a host to end, and halts with the agent serving if they do not", async () => {
    const memory = new Memory();
    memory.open.set("c1", 2);
    memory.policy = { policy: "wait", limitSeconds: 0, consented: new Map() };
    setTimeout(() => memory.open.delete("c1"), 50);
    await memory.roll();
    expect(memory.swapped.slice(0, 2)).toEqual(["c2", "c1"]);
    const other = new Memory();
    other.open.set("c1", 2);
    await expect(other.roll()).rejects.toThrow(
      /c1: 2 tunnels are open after 0 s, and its stop cuts all of them/,
    );
    expect(other.swapped).not.toContain("c1");
    expect(other.swapped).not.toContain("w1");
  });

  test("leaves tunnels their time although the clock of this machine is set ahead meanwhile", async () => {
    const memory = new Memory();
    memory.open.set("c1", 2);
    memory.policy = { policy: "cut", limitSeconds: 60, consented: new Map([["canary", 2]]) };
    let ahead = 0;
    const { now } = Date;
    vi.spyOn(Date, "now").mockImplementation(() => now() + ahead);
    onTestFinished(() => void vi.restoreAllMocks());
    const { look } = memory;
    memory.look = (host) => {
      ahead += 3_600_000;
      return look(host);
    };
    setTimeout(() => memory.open.delete("c1"), 50);
    const { hosts } = await memory.roll();
    expect(hosts.map(({ host, tunnels }) => [host, tunnels])[0]).toEqual(["c1", 0]);
  });

  test("counts the tunnels of a host once its file lies there: those that users open while it is brought hold it too", async () => {
    const memory = new Memory();
    memory.meanwhile.set("c1", () => memory.open.set("c1", 2));
    await expect(memory.roll()).rejects.toThrow(/c1: 2 tunnels are open after 0 s/);
    expect(memory.staged).toContain("c1");
    expect(memory.swapped).not.toContain("c1");
  });

  test("halts at a host to which the file cannot be brought, with its agent serving", async () => {
    const memory = new Memory();
    memory.full.add("c2");
    await expect(memory.roll()).rejects.toThrow(/c2: no room beside its binary/);
    expect(memory.swapped).not.toContain("c2");
  });

  test("leaves a host alone that still waits for its tunnels when another one fails", async () => {
    const memory = new Memory();
    memory.open.set("c2", 2);
    memory.policy = { policy: "wait", limitSeconds: 0, consented: new Map() };
    memory.ends.set("c1", { outcome: "swapped-back", reason: "its unit is failed" });
    setTimeout(() => memory.open.delete("c2"), 50);
    await expect(memory.roll()).rejects.toThrow(
      /halted: c1 failed; 0 hosts at the release, 4 hosts not touched/,
    );
    expect(memory.swapped).toEqual(["c1"]);
  });

  test("cuts no more tunnels of a group than its consent covers", async () => {
    const memory = new Memory();
    for (const host of ["w1", "w2", "w3"]) memory.open.set(host, 3);
    memory.policy = { policy: "cut", limitSeconds: 0, consented: new Map([["web", 6]]) };
    await expect(memory.roll()).rejects.toThrow(
      /w3: .* the consent for group web covers 6, of which 6 are cut/,
    );
    expect(memory.swapped).toEqual(["c1", "c2", "w1", "w2"]);
  });

  test("counts what earlier runs have cut for the release, on hosts that are there already and on others, and not what was cut for another one", async () => {
    const memory = new Memory();
    memory.running.set("w1", sum("b"));
    memory.cut.set("w1", { "0.11.0": 2, "0.10.0": 7 });
    // Swapped back there, with its tunnels.
    memory.cut.set("w2", { "0.11.0": 1 });
    for (const host of ["w2", "w3"]) memory.open.set(host, 3);
    memory.policy = { policy: "cut", limitSeconds: 0, consented: new Map([["web", 8]]) };
    await expect(memory.roll()).rejects.toThrow(
      /w3: .* the consent for group web covers 8, of which 6 are cut/,
    );
    expect(memory.swapped).toEqual(["c1", "c2", "w2"]);
  });

  test("says of which hosts it does not know what was cut there before", async () => {
    const memory = new Memory();
    memory.away.add("w2");
    memory.policy = { policy: "cut", limitSeconds: 0, consented: new Map([["web", 6]]) };
    await memory.roll();
    expect(memory.said[0]).toBe(
      "w2 is out of reach: no answer within 15 s; tunnels that an earlier run has cut there for the release do not count",
    );
  });

  test("does not begin while a canary is out of reach", async () => {
    const memory = new Memory();
    memory.away.add("c1");
    await expect(memory.roll()).rejects.toThrow(
      /c1 of group canary out of reach; none of the first group may be/,
    );
    expect(memory.swapped).toEqual([]);
  });

  test("halts before anything is touched at a host for whose machine there is nothing (T-31)", async () => {
    const memory = new Memory();
    const io = { env: {}, say: () => undefined };
    await expect(
      rollGroups(
        {
          groups,
          wanted: () => "machine armv7l: there are binaries for amd64 and arm64 alone",
          tunnels: memory.policy,
        },
        memory,
        io,
      ),
    ).rejects.toThrow(/machine armv7l/);
    expect(memory.swapped).toEqual([]);
  });
});
