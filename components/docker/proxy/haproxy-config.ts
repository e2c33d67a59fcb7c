/** A gateway behind the front proxy. */
export interface ProxyServer {
  /** Name of its container, which no other release has: `smoltbot-gateway-1-1-0-ab12cd`. */
  readonly name: string;
  /** Where the proxy reaches it: `127.18.4.7:18787`. */
  readonly address: string;
}

/** What the front proxy is told. Durations are in seconds. */
export interface ProxySettings {
  /** Where it listens: `*:8787`. */
  readonly bind: string;
  /** Longest silence in a request or a stream before it is ended. */
  readonly idleSeconds: number;
  /** Longest life of an old proxy process after a reload or an upgrade: what is open then is cut. */
  readonly drainSeconds: number;
  /** Every gateway that takes requests; at least one. */
  readonly servers: readonly ProxyServer[];
}

/**
 * Variable with the path of the socket for the runtime API, through which a successor takes the listening sockets over. Each front proxy has a path of its own,
 * so that the old one can still be reached if its successor has to start again.
 */
export const SOCKET_VARIABLE = "PROXY_SOCKET";

/** Name of the one backend, part of every command of the runtime API. */
export const BACKEND = "gateway";

/** What follows the name of a server, in the file and at the runtime API. */
export const serverWords = ({ name, address }: ProxyServer): string => {
  refuseUnsafe(name, /^[A-Za-z0-9_.-]+$/);
  refuseUnsafe(address, /^[A-Za-z0-9_.-]+:\d+$/);
  return address;
};

/**
 * The configuration of the front proxy, a function of its settings alone: the same settings give the same text.
 *
 * - `expose-fd listeners`: a successor gets the listening sockets themselves, so that no connection is refused and none waits in a queue that nobody empties.
 * - `idle-close-on-response`: while a proxy process leaves, a kept connection is ended with the next answer and not under the next request.
 * - `http-server-close`: no connection to a gateway is kept, so that none ends under a request, and what is counted as open is open.
 * - `retry-on conn-failure`: only what never reached a gateway is sent again, to another one if there is one.
 *
 * No gateway is asked whether it lives: one that is gone refuses, which sends the request to another one, and one that is slow on a busy host would be taken
 * out by its first late answer, the only one of a host among them. Whether a gateway is well is asked before it is let in.
 *
 * Source: `haproxy@2.6:doc/configuration.txt`.
 *
 * @throws Error if a name or an address would end the line or the word that it stands in
 */
export function haproxyConfig(settings: ProxySettings): string {
  const { bind, idleSeconds, drainSeconds, servers } = settings;
  refuseUnsafe(bind, /^[A-Za-z0-9_.:*[\]-]+$/);
  return `${[
    "global",
    `  stats socket "\${${SOCKET_VARIABLE}}" mode 600 level admin expose-fd listeners`,
    `  hard-stop-after ${drainSeconds}s`,
    "defaults",
    "  mode http",
    "  timeout connect 5s",
    "  timeout http-request 30s",
    `  timeout http-keep-alive ${KEEP_ALIVE_SECONDS}s`,
    `  timeout client ${idleSeconds}s`,
    `  timeout server ${idleSeconds}s`,
    `  timeout tunnel ${idleSeconds}s`,
    "  option idle-close-on-response",
    "  option http-server-close",
    "  option forwardfor",
    "  option redispatch 1",
    "  retries 3",
    "  retry-on conn-failure",
    "frontend published",
    `  bind ${bind}`,
    `  default_backend ${BACKEND}`,
    `backend ${BACKEND}`,
    "  balance leastconn",
    ...servers.map((server) => `  server ${server.name} ${serverWords(server)}`),
  ].join("\n")}\n`;
}

/** Longer than clients keep an idle connection, so that it is they who end it. */
const KEEP_ALIVE_SECONDS = 75;

function refuseUnsafe(word: string, form: RegExp): void {
  if (!form.test(word))
    throw new Error(`"${word}" cannot stand in the configuration of the front proxy`);
}
