import type { ProxyServer } from "./haproxy-config";
import { addServer, drainServer, readyServer, removeServer, type LiveServer } from "./runtime-api";

/** What to do next in a hand-over from the old gateways to the wanted ones. */
export type HandOverStep =
  /** Send these commands and look again. */
  | { readonly kind: "tell"; readonly commands: readonly string[]; readonly words: string }
  /** Look again later. */
  | { readonly kind: "wait"; readonly words: string }
  /** Only the wanted gateways take requests, and nothing is open with any other; `cut` counts what the time limit has cut. */
  | { readonly kind: "done"; readonly cut: number };

/** What decides about the next step of a hand-over. */
export interface HandOverArgs {
  /** What the proxy knows now. */
  readonly live: readonly LiveServer[];
  /** Every gateway that is to take requests; each was seen ready at its address. */
  readonly wanted: readonly ProxyServer[];
  /** Seconds since the last wanted gateway began to take requests. */
  readonly drainedSeconds: number;
  /** Longest wait for what is open with the old ones, in seconds. */
  readonly drainSeconds: number;
}

/**
 * The next step of a hand-over, from what the proxy knows at this moment alone: killed anywhere, the same question goes on where it stopped. An
 * old gateway is sent nothing new only once every wanted one takes requests, and is forgotten only once nothing is open there.
 */
export function nextHandOverStep(args: HandOverArgs): HandOverStep {
  return bringIn(args) ?? bringOut(args);
}

/** Lets the wanted gateways in; undefined if all of them serve. */
function bringIn({ live, wanted }: HandOverArgs): HandOverStep | undefined {
  const known = new Map(live.map((server) => [server.name, server]));
  for (const server of wanted) {
    const found = known.get(server.name);
    if (found === undefined)
      return tell(addServer(server), `${server.name} takes requests from now on`);
    if (found.state !== "ready")
      return tell([readyServer(server.name)], `${server.name} takes requests again`);
  }
  return undefined;
}

/** Sends the others away. */
function bringOut({ live, wanted, drainedSeconds, drainSeconds }: HandOverArgs): HandOverStep {
  const names = new Set(wanted.map(({ name }) => name));
  const old = live.filter(({ name }) => !names.has(name));
  const serving = old.filter(({ state }) => state === "ready");
  if (serving.length > 0)
    return tell(
      serving.map(({ name }) => drainServer(name)),
      `${namesOf(serving)} drained`,
    );
  const empty = old.filter(({ open }) => open === 0);
  if (empty.length > 0)
    return tell(
      empty.flatMap(({ name }) => removeServer(name)),
      `${namesOf(empty)} forgotten`,
    );
  const open = old.reduce((sum, server) => sum + server.open, 0);
  return open > 0 && drainedSeconds < drainSeconds
    ? { kind: "wait", words: `${open} open with ${namesOf(old)}` }
    : { kind: "done", cut: open };
}

const tell = (commands: readonly string[], words: string): HandOverStep => ({
  kind: "tell",
  commands,
  words,
});

const namesOf = (servers: readonly { readonly name: string }[]): string =>
  servers.map(({ name }) => name).join(" and ");
