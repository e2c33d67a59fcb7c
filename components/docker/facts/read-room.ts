import type { ListenerFacts } from "./host-facts";

/** Free bytes in what `df -Pk` prints of one file system. @throws Error if it is no such answer */
export function freeIn(df: string): number {
  const [, line = ""] = df.trim().split("\n");
  const kibibytes = Number(line.trim().split(/\s+/)[3]);
  if (line === "" || Number.isNaN(kibibytes)) throw new Error("df tells no free room");
  return kibibytes * 1024;
}

/** MemAvailable of /proc/meminfo in bytes. @throws Error if it is not there */
export function availableIn(meminfo: string): number {
  const kibibytes = /^MemAvailable:\s+(\d+) kB/m.exec(meminfo)?.[1];
  if (kibibytes === undefined) throw new Error("/proc/meminfo tells no available memory");
  return Number(kibibytes) * 1024;
}

/** The lowest port for programs without privileges: the only line that is a number alone. Source: Linux, Documentation/networking/ip-sysctl.rst (ip_unprivileged_port_start). */
export const lowestPortIn = (text: string): number | undefined => {
  const port = /^(\d+)$/m.exec(text)?.[1];
  return port === undefined ? undefined : Number(port);
};

/** State of a socket that listens. Source: Linux, include/net/tcp_states.h. */
const LISTENS = "0A";

/** Who listens by /proc/net/tcp and /proc/net/tcp6. Source: Linux, Documentation/networking/proc_net_tcp.rst. */
export const listenersIn = (table: string): readonly ListenerFacts[] =>
  table.split("\n").flatMap((line) => {
    const [, local = "", , state] = line.trim().split(/\s+/);
    const [address = "", port = ""] = local.split(":");
    return state === LISTENS && port !== ""
      ? [{ address: addressOf(address), port: Number.parseInt(port, 16) }]
      : [];
  });

/** An address as people write it; of IPv6 only whether it means all. */
function addressOf(hex: string): string {
  if (hex.length !== 8) return /^0+$/.test(hex) ? "::" : hex.toLowerCase();
  const bytes = [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return bytes.join(".");
}
