import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** What one process of a run did; times in seconds after the run began. */
export interface ProcessSeen {
  readonly command: string;
  readonly from: number;
  readonly to: number;
  /** Seconds of processor time of its own, without what it started. */
  readonly cpu: number;
}

/** A look at all processes costs about 3 ms of one core. */
const EVERY_MS = 25;
const TICKS_PER_SECOND = 100;

/** Watches a process and all that it starts until `ended`. What lives for less than {@link EVERY_MS} may be missed. */
export async function watchProcesses(
  root: number,
  ended: Promise<unknown>,
): Promise<readonly ProcessSeen[]> {
  const began = Date.now();
  const seen = new Map<number, ProcessSeen>();
  const run: { over: boolean } = { over: false };
  const end = ended.finally(() => (run.over = true));
  while (!run.over) {
    const now = (Date.now() - began) / 1000;
    for (const [pid, { cpu, command }] of descendants(root)) {
      const before = seen.get(pid);
      // Between fork and exec a process still has the words of the one that started it.
      seen.set(pid, {
        from: now,
        ...before,
        to: now,
        cpu,
        command: command || (before?.command ?? ""),
      });
    }
    await pause(EVERY_MS);
  }
  await end;
  return [...seen.values()];
}

function descendants(root: number): ReadonlyMap<number, { cpu: number; command: string }> {
  const stats = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)));
  const found = new Set([root]);
  for (const pid of found) for (const stat of stats) if (stat.parent === pid) found.add(stat.pid);
  return new Map(
    stats
      .filter(({ pid }) => found.has(pid))
      .map(({ pid, cpu }) => [
        pid,
        { cpu, command: read(`/proc/${pid}/cmdline`).replaceAll("\0", " ") },
      ]),
  );
}

function statOf(pid: number) {
  const text = read(`/proc/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const cpu = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  return text === "" ? [] : [{ pid, parent: Number(fields[1]), cpu }];
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // It ended meanwhile.
    return "";
  }
}
