import { setTimeout as pause } from "node:timers/promises";
import { echo, readEvents, startLoad, type Ending, type Load } from "./clients";
import type { FrontProxy, StartProxy } from "./front-proxy";
import { startUpstream, type Upstream } from "./upstream";

/** What is done to a front proxy under load. */
export type Action = "hand over" | "change" | "upgrade";

/** One measurement. */
export interface Case {
  readonly words: string;
  readonly action: Action;
  readonly start: StartProxy;
}

/** What was seen of one case over all its rounds. */
export interface Seen extends Load {
  readonly streams: number;
  readonly streamsCut: number;
  readonly sockets: number;
  readonly socketsCut: number;
  /** Longest time from the action until nothing was left of what it replaced, in seconds. */
  readonly leftSeconds: number;
  /** How what was cut ended. */
  readonly endings: readonly string[];
}

/** How much of everything. */
export interface Measure {
  readonly port: number;
  readonly perSecond: number;
  /** How often the action is done, each time with streams of its own. */
  readonly rounds: number;
  readonly streams: number;
  readonly sockets: number;
  /** Life of each stream. */
  readonly streamMs: number;
}

/** Does one action again and again under load, each time with streams and WebSockets open that end by themselves later. */
export async function measure({ action, start }: Case, how: Measure): Promise<Seen> {
  let current = await newUpstream(0);
  const proxy = await start(how.port, current);
  const load = startLoad(how.port, how.perSecond);
  const streams: Ending[] = [];
  const sockets: Ending[] = [];
  let leftMs = 0;
  try {
    for (let round = 1; round <= how.rounds; round += 1) {
      await pause(1000);
      const open = openAll(how);
      await pause(1500);
      const begun = Date.now();
      const [next] = await Promise.all([
        act(proxy, action, current, round),
        proxyAlone(proxy, action),
      ]);
      current = next;
      leftMs = Math.max(leftMs, Date.now() - begun);
      streams.push(...(await Promise.all(open.streams)));
      sockets.push(...(await Promise.all(open.sockets)));
    }
    await pause(1000);
  } catch (error) {
    await Promise.all([load.stop(), proxy.stop(), current.stop()]);
    throw error;
  }
  const seen = await load.stop();
  await proxy.stop();
  await current.stop();
  const cut = (endings: readonly Ending[]) => endings.filter(({ whole }) => !whole);
  return {
    ...seen,
    streams: streams.length,
    streamsCut: cut(streams).length,
    sockets: sockets.length,
    socketsCut: cut(sockets).length,
    leftSeconds: leftMs / 1000,
    endings: [...new Set([...cut(streams), ...cut(sockets)].map(({ words }) => words))],
  };
}

const openAll = ({ port, streams, sockets, streamMs }: Measure) => ({
  streams: Array.from({ length: streams }, () => readEvents(port, streamMs)),
  sockets: Array.from({ length: sockets }, () => echo(port, streamMs)),
});

/** Does it; gives the gateway that serves afterwards. */
async function act(
  proxy: FrontProxy,
  action: Action,
  current: Upstream,
  round: number,
): Promise<Upstream> {
  if (action === "change") await proxy.change();
  if (action === "upgrade") await proxy.upgrade();
  if (action !== "hand over") {
    await proxy.alone();
    return current;
  }
  const next = await newUpstream(round);
  await proxy.handOver(next, () => current.open() === 0);
  const left = await current.stop();
  if (left > 0) throw new Error(`${left} requests and streams were open with the old gateway`);
  return next;
}

const proxyAlone = (proxy: FrontProxy, action: Action): Promise<void> =>
  action === "hand over" ? Promise.resolve() : proxy.alone();

/** Each has an address of its own on this machine, as each container is to have. */
const newUpstream = (round: number): Promise<Upstream> =>
  startUpstream(`gateway-${round}`, `127.18.4.${7 + round}`, 18_787);
