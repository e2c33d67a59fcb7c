import { BACKEND, serverWords, type ProxyServer } from "./haproxy-config";

/** A gateway as the running proxy knows it. */
export interface LiveServer {
  readonly name: string;
  /** `127.18.4.7:18787` */
  readonly address: string;
  /** `ready` takes new requests, `draining` finishes what it has, `stopped` takes none. */
  readonly state: "ready" | "draining" | "stopped";
  /** Requests, streams and WebSockets that are open. */
  readonly open: number;
}

/** Question to which {@link readServers} reads the answer. */
export const SHOW_SERVERS = `show stat ${BACKEND} 4 -1`;

/**
 * Reads what the proxy tells of its servers.
 *
 * Source: `haproxy@2.6:doc/management.txt` (9.1, statistics in CSV; 9.3, show stat).
 *
 * @throws Error if the answer is none
 */
export function readServers(answer: string): readonly LiveServer[] {
  const [head = "", ...lines] = answer.split("\n").filter((line) => line.trim() !== "");
  const names = head.replace(/^# /, "").split(",");
  if (!["svname", "status", "scur", "addr"].every((name) => names.includes(name)))
    throw new Error(`the front proxy does not tell of its servers: ${head.slice(0, 80)}`);
  return lines.map((line) => {
    const cells = line.split(",");
    const cell = (name: string): string => cells[names.indexOf(name)] ?? "";
    return {
      name: cell("svname"),
      address: cell("addr"),
      state: stateOf(cell("status")),
      open: Number(cell("scur")) + Number(cell("qcur") || 0),
    };
  });
}

const stateOf = (status: string): LiveServer["state"] =>
  status.startsWith("MAINT") ? "stopped" : status.startsWith("DRAIN") ? "draining" : "ready";

/** Question to which {@link isLeaving} reads the answer. */
export const SHOW_INFO = "show info";

/**
 * Whether a front proxy was told to leave, and only ends what is open.
 *
 * Source: `haproxy@2.6:doc/management.txt` (9.3, show info: Stopping).
 */
export const isLeaving = (answer: string): boolean => /^Stopping: 1\s*$/m.test(answer);

/** Adds a server that takes requests at once: whoever calls this has seen that it is healthy. */
export const addServer = (server: ProxyServer): readonly string[] => [
  `add server ${BACKEND}/${server.name} ${serverWords(server)}`,
  readyServer(server.name),
];

/** Lets a server take requests again. */
export const readyServer = (name: string): string => `set server ${BACKEND}/${name} state ready`;

/** Sends a server nothing new; what is open there goes on. */
export const drainServer = (name: string): string => `set server ${BACKEND}/${name} state drain`;

/** Forgets a server with which nothing is open. */
export const removeServer = (name: string): readonly string[] => [
  `set server ${BACKEND}/${name} state maint`,
  `del server ${BACKEND}/${name}`,
];

/** Answers of the runtime API that mean success. */
const WELL = /^(New server registered\.|Server deleted\.|)$/;

/** What the proxy objects to; undefined if it has done what it was told. */
export function objectionIn(answer: string): string | undefined {
  const words = answer.trim();
  return WELL.test(words) ? undefined : words;
}
