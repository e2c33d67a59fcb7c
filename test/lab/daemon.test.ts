import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { endLeftovers, withDescendants } from "./cluster/containers";
import { ensureDaemon, runningDaemon, stopDaemon, type Daemon } from "./daemon";
import { withLock } from "./lock";
import { identify, isAlive, parseIdentity, parseStat } from "./process-identity";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "lab-daemon-"));
});
afterEach(async () => {
  await stopDaemon(home, "sleeper");
  await rm(home, { recursive: true, force: true });
});

const sleeper = (change: Partial<Daemon> = {}): Daemon => ({
  name: "sleeper",
  command: ["sleep", "3600"],
  listens: [],
  ready: () => Promise.resolve(true),
  ...change,
});

const pidFile = (): string => join(home, "run", "sleeper.pid");

// They start real processes and read /proc; a busy machine takes its time.
const onLinux = { skip: process.platform !== "linux", timeout: 30_000 };

describe("a daemon of the lab", onLinux, () => {
  test("nothing runs, it is ensured twice, the first starts it and the second reuses the same process", async () => {
    expect(await ensureDaemon(home, sleeper())).toBe(true);
    const first = await runningDaemon(home, "sleeper");
    expect(await ensureDaemon(home, sleeper())).toBe(false);
    expect(await runningDaemon(home, "sleeper")).toEqual(first);
  });

  test("it was killed hard, it is ensured, another process runs", async () => {
    await ensureDaemon(home, sleeper());
    const first = (await runningDaemon(home, "sleeper"))!;
    process.kill(first.pid, "SIGKILL");
    await expect.poll(() => isAlive(first)).toBe(false);
    expect(await ensureDaemon(home, sleeper())).toBe(true);
    expect((await runningDaemon(home, "sleeper"))?.pid).not.toBe(first.pid);
  });

  test("it runs by an older recipe, it is ensured by a new one, the old process is replaced", async () => {
    await ensureDaemon(home, sleeper());
    const first = (await runningDaemon(home, "sleeper"))!;
    expect(await ensureDaemon(home, sleeper({ reads: ["new text"] }))).toBe(true);
    expect(await isAlive(first)).toBe(false);
  });

  test("its number was given to a stranger meanwhile, it is stopped, the stranger lives", async () => {
    const stranger = spawn("sleep", ["3600"]);
    try {
      await ensureDaemon(home, sleeper());
      const own = (await runningDaemon(home, "sleeper"))!;
      await writeFile(pidFile(), `${stranger.pid!} ${own.startedAt}1 ${own.bootId}\n`);
      await stopDaemon(home, "sleeper");
      expect(await isAlive((await identify(stranger.pid!))!)).toBe(true);
      // The daemon itself is found by its mark, as after a lost pid file.
      await endLeftovers(home);
      expect(await isAlive(own)).toBe(false);
    } finally {
      stranger.kill("SIGKILL");
    }
  });

  test("it ends at once, it is ensured, the failure shows the end of its log", async () => {
    const broken = sleeper({
      command: ["sh", "-c", "echo no licence >&2; exit 3"],
      ready: () => Promise.resolve(false),
    });
    await expect(ensureDaemon(home, broken)).rejects.toThrow(
      /sleeper is ready: it ended;[^]*no licence/,
    );
  });

  test("a stranger holds its port, it is ensured, it is refused by address and nothing starts", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    const { port } = await new Promise<AddressInfo>((resolve) =>
      server.on("listening", () => {
        resolve(server.address() as AddressInfo);
      }),
    );
    const daemon = sleeper({ listens: [{ host: "127.0.0.1", port }], portSeconds: 0 });
    await expect(ensureDaemon(home, daemon)).rejects.toThrow(
      `127.0.0.1:${port}, which another program holds`,
    );
    expect(await runningDaemon(home, "sleeper")).toBeUndefined();
    server.close();
  });

  test("it ignores SIGTERM, it is stopped with a short grace, it is gone", async () => {
    const started = join(home, "deaf");
    const command = [
      "sh",
      "-c",
      `trap "" TERM; touch ${started}; while :; do sleep 0.1; done`,
    ] as const;
    const ready = (): Promise<boolean> => readFile(started).then(() => true);
    await ensureDaemon(home, sleeper({ command: [...command], ready }));
    const deaf = (await runningDaemon(home, "sleeper"))!;
    await stopDaemon(home, "sleeper", { graceSeconds: 0.2 });
    expect(await isAlive(deaf)).toBe(false);
    await endLeftovers(home);
  });
});

describe("the identity of a process", () => {
  test.each([
    "",
    "12",
    "12 34",
    "12 34 not-a-boot-id",
    "x 34 0b2e9ea6-9b2a-4a2e-9f3c-0123456789ab",
  ])("a damaged pid file %j names no process", (text) => {
    expect(parseIdentity(text)).toBeUndefined();
  });

  test("a program's name holds spaces and brackets, its stat is read, parent and start are right", () => {
    const fields = ["S", "7", ...Array.from({ length: 17 }, (_, at) => String(at)), "4711", "0"];
    expect(parseStat(`42 (a) b (c) ${fields.join(" ")}`)).toEqual({
      state: "S",
      parent: 7,
      startedAt: "4711",
    });
  });

  test(
    "this process under an earlier boot's mark, a look, it does not count as alive",
    onLinux,
    async () => {
      const me = (await identify(process.pid))!;
      expect(await isAlive(me)).toBe(true);
      expect(await isAlive({ ...me, bootId: "00000000-0000-0000-0000-000000000000" })).toBe(false);
    },
  );

  test("a shim has a container and that a child, their descendants are sought, all three are found and the neighbour is not", () => {
    const parents = new Map([
      [30, 20],
      [20, 10],
      [10, 1],
      [99, 1],
    ]);
    expect(withDescendants(parents, [10])).toEqual([10, 20, 30]);
  });
});

describe("the lock of the lab", onLinux, () => {
  test("two want it at once, both do their work, the works do not overlap", async () => {
    const path = join(home, "lock");
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    const quiet = (): void => undefined;
    await Promise.all([withLock(path, quiet, work), withLock(path, quiet, work)]);
    expect(most).toBe(1);
  });

  test("its holder is killed at work, another waits for it, the other gets it", async () => {
    const path = join(home, "lock");
    const url = new URL("lock.ts", import.meta.url).pathname;
    const program = `import { withLock } from ${JSON.stringify(url)};
      void withLock(${JSON.stringify(path)}, () => {}, () => new Promise((never) => { console.log("held"); setInterval(never, 1e9); }));`;
    const holder = spawn(process.execPath, [
      "--import",
      "tsx",
      "--input-type=module",
      "-e",
      program,
    ]);
    await once(holder.stdout, "data");
    holder.kill("SIGKILL");
    expect(
      await withLock(
        path,
        () => undefined,
        () => Promise.resolve("mine"),
      ),
    ).toBe("mine");
  });
});
