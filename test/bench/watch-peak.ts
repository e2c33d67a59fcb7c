import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** What one process needed at its worst. */
export interface Peak {
  /** Most of its own memory, in KiB. */
  readonly memoryKiB: number;
  /** Most processes at once that it had started itself. */
  readonly children: number;
}

/** A look costs less than a millisecond of one core. */
const EVERY_MS = 10;

/** Watches a process until `ended`. A child that lives for less than {@link EVERY_MS} may be missed. */
export async function watchPeak(pid: number, ended: Promise<unknown>): Promise<Peak> {
  const run: { over: boolean } = { over: false };
  const end = ended.finally(() => (run.over = true));
  let peak: Peak = { memoryKiB: 0, children: 0 };
  while (!run.over) {
    const memory = /^VmHWM:\s*(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1];
    const children = read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).length;
    peak = {
      memoryKiB: Math.max(peak.memoryKiB, Number(memory ?? 0)),
      children: Math.max(peak.children, children),
    };
    await pause(EVERY_MS);
  }
  await end;
  return peak;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // It ended meanwhile.
    return "";
  }
}
