import { readFile } from "node:fs/promises";

/** Tells one process apart from any later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after the machine's start at which the process began. */
  readonly startedAt: string;
  readonly bootId: string;
}

/** Parses a pid file of the form `<pid> <start ticks> <boot id>`; anything else is undefined. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  const match = /^(\d+) (\d+) ([0-9a-f-]{36})\s*$/.exec(text);
  if (match === null) return undefined;
  return { pid: Number(match[1]), startedAt: match[2]!, bootId: match[3]! };
}

/** Start ticks and parent out of `/proc/<pid>/stat`; a program name may hold spaces and brackets. */
export function parseStat(
  text: string,
): { readonly state: string; readonly parent: number; readonly startedAt: string } | undefined {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, parent, startedAt] = [fields[0], fields[1], fields[19]];
  if (state === undefined || parent === undefined || startedAt === undefined) return undefined;
  return { state, parent: Number(parent), startedAt };
}

const readText = (path: string): Promise<string | undefined> =>
  readFile(path, "utf8").catch(() => undefined);

/** Whether exactly this process still runs; a zombie, a reused number and an earlier boot all count as gone. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  const [stat, boot] = await Promise.all([
    readText(`/proc/${identity.pid}/stat`),
    readText("/proc/sys/kernel/random/boot_id"),
  ]);
  const parsed = stat === undefined ? undefined : parseStat(stat);
  return (
    parsed !== undefined &&
    parsed.state !== "Z" &&
    parsed.startedAt === identity.startedAt &&
    boot?.trim() === identity.bootId
  );
}

/** The identity of a running process, undefined when there is none with this number. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const [stat, boot] = await Promise.all([
    readText(`/proc/${pid}/stat`),
    readText("/proc/sys/kernel/random/boot_id"),
  ]);
  const parsed = stat === undefined ? undefined : parseStat(stat);
  if (parsed === undefined || boot === undefined) return undefined;
  return { pid, startedAt: parsed.startedAt, bootId: boot.trim() };
}
