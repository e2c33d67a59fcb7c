import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cachedFolder, exists, keyOf, sourceKey } from "./cache";
import { withoutClusterRules } from "./cluster/firewall";
import { mountsBelow } from "./cluster/mounts";
import { readSettings } from "./settings";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lab-cache-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("the cache of what was compiled", () => {
  test("the same letters cut differently, their keys are made, they differ", () => {
    expect(keyOf(["ab", "c"])).not.toBe(keyOf(["a", "bc"]));
  });

  test("a source, its content and then its name change, each gives another key; a test file does not", async () => {
    await writeFile(join(folder, "a.go"), "one");
    const first = await sourceKey([folder]);
    await writeFile(join(folder, "a_test.go"), "test");
    expect(await sourceKey([folder])).toBe(first);
    await writeFile(join(folder, "a.go"), "two");
    const second = await sourceKey([folder]);
    await rm(join(folder, "a.go"));
    await writeFile(join(folder, "b.go"), "two");
    expect(new Set([first, second, await sourceKey([folder])]).size).toBe(3);
  });

  test("an entry is there, it is asked for again, nothing is filled", async () => {
    const fill = (aside: string): Promise<void> => writeFile(join(aside, "program"), "1");
    const first = await cachedFolder(folder, "tool", "00", fill);
    const second = await cachedFolder(folder, "tool", "00", () =>
      Promise.reject(new Error("filled")),
    );
    expect(second).toBe(first);
    expect(await readFile(join(first, "program"), "utf8")).toBe("1");
  });

  test("a filling fails half-way, the cache is read, it holds nothing of it", async () => {
    const half = async (aside: string): Promise<void> => {
      await writeFile(join(aside, "program"), "half");
      throw new Error("compiler died");
    };
    await expect(cachedFolder(folder, "tool", "00", half)).rejects.toThrow("compiler died");
    expect(await readdir(folder)).toEqual([]);
  });

  test("an entry of the day before yesterday and one of another tool, a new one comes, only the old one of its name goes", async () => {
    const [old, other] = [
      join(folder, `tool-${"0".repeat(16)}`),
      join(folder, `tool-x-${"0".repeat(16)}`),
    ];
    const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 3600;
    for (const path of [old, other]) {
      await mkdir(path);
      await utimes(path, twoDaysAgo, twoDaysAgo);
    }
    await cachedFolder(folder, "tool", "1".repeat(16), () => Promise.resolve());
    expect([await exists(old), await exists(other)]).toEqual([false, true]);
  });
});

describe("what taking the lab away removes", () => {
  test("rules of the cluster among the machine's own, they are taken out, the machine's own stay in order", () => {
    const saved = [
      "*filter",
      ":INPUT ACCEPT [0:0]",
      ":KUBE-FORWARD - [0:0]",
      "-A INPUT -p tcp --dport 22 -j ACCEPT",
      '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
      "-A KUBE-FORWARD -j ACCEPT",
      "-A POSTROUTING -s 10.244.0.7/32 -j CNI-0123",
      "COMMIT",
    ];
    expect(withoutClusterRules(saved.join("\n")).split("\n")).toEqual([
      "*filter",
      ":INPUT ACCEPT [0:0]",
      "-A INPUT -p tcp --dport 22 -j ACCEPT",
      "COMMIT",
    ]);
  });

  test("mounts below the lab, beside it and with a blank, they are listed, only those below, deepest first", () => {
    const line = (path: string): string => `36 35 0:30 / ${path} rw,relatime - tmpfs tmpfs rw`;
    const info = ["/lab", "/lab/a", "/lab/a/b\\040c", "/lab2/a"].map(line).join("\n");
    expect(mountsBelow(info, "/lab")).toEqual(["/lab/a/b c", "/lab/a"]);
  });
});

describe("the settings of the lab", () => {
  test("nothing is set, they are read, state and cache lie outside of the checkout", () => {
    const settings = readSettings({});
    expect(settings.home).toBe("/var/lib/gateways-lab");
    expect(settings.cache.startsWith(settings.checkout)).toBe(false);
    expect(settings.cache.endsWith("/gateways-lab")).toBe(true);
  });

  test("LAB_CACHE and LAB_HOME are set, they are read, both count", () => {
    const { home, cache } = readSettings({ LAB_HOME: "/a", LAB_CACHE: "/b", XDG_CACHE_HOME: "/c" });
    expect({ home, cache }).toEqual({ home: "/a", cache: "/b" });
  });

  test("the lab's ports, they are compared, no two are the same", () => {
    const ports = Object.values(readSettings({}).ports) as readonly number[];
    expect(new Set(ports).size).toBe(ports.length);
  });
});
