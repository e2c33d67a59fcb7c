import { randomBytes } from "node:crypto";
import { Agent, request as send } from "node:http";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** What a constant load has seen. */
export interface Load {
  readonly sent: number;
  /** Refused, reset, ended early, an answer of 400 or more, or none within the limit. Nothing is sent again. */
  readonly failed: number;
  /** Those of the failed whose kept connection the proxy ended under them: a client that sends again on a new one would have been answered. */
  readonly failedKept: number;
  readonly slowestMs: number;
  readonly byError: Readonly<Record<string, number>>;
}

/** So long that it is the proxy that fails and not a busy machine. */
const LONGEST_MS = 20_000;
/** One request in so many takes as long as a short answer of a model. */
const SLOW_ONE_IN = 20;
const SLOW_MS = 400;

/** Sends requests by the clock, half on kept connections and half on new ones, until it is stopped. */
export function startLoad(port: number, perSecond: number): { stop: () => Promise<Load> } {
  const kept = new Agent({ keepAlive: true, maxSockets: 64 });
  const fresh = new Agent({ keepAlive: false });
  const open = new Set<Promise<void>>();
  const seen = { sent: 0, failed: 0, failedKept: 0, slowestMs: 0 };
  const byError: Record<string, number> = {};
  const ended = new AbortController();
  const one = async (number: number): Promise<void> => {
    const begun = performance.now();
    const slow = number % SLOW_ONE_IN === 0;
    const path = slow ? `/v1/messages?ms=${SLOW_MS}` : "/v1/messages";
    const { error, reused } = await post(port, path, number % 2 === 0 ? kept : fresh);
    seen.slowestMs = Math.max(seen.slowestMs, performance.now() - begun - (slow ? SLOW_MS : 0));
    if (error === undefined) return;
    seen.failed += 1;
    if (reused) seen.failedKept += 1;
    byError[error] = (byError[error] ?? 0) + 1;
  };
  const sending = (async () => {
    const begun = performance.now();
    while (!ended.signal.aborted) {
      const due = ((performance.now() - begun) / 1000) * perSecond;
      for (; seen.sent < due; seen.sent += 1) {
        const sent = one(seen.sent);
        open.add(sent);
        void sent.then(() => open.delete(sent));
      }
      await pause(5);
    }
  })();
  return {
    stop: async () => {
      ended.abort();
      await sending;
      await Promise.all(open);
      kept.destroy();
      return { ...seen, byError };
    },
  };
}

function post(
  port: number,
  path: string,
  agent: Agent,
): Promise<{ readonly error?: string; readonly reused: boolean }> {
  return new Promise((resolve) => {
    const options = { port, host: "127.0.0.1", path, method: "POST", agent, timeout: LONGEST_MS };
    const sent = send(options, (response) => {
      const status = response.statusCode ?? 0;
      const end = (error?: string): void => {
        resolve({ ...(error === undefined ? {} : { error }), reused: sent.reusedSocket });
      };
      response.resume();
      response.once("end", () => {
        end(status < 400 ? undefined : `status ${status}`);
      });
      response.once("error", () => {
        end("ended early");
      });
    });
    sent.once("timeout", () => sent.destroy(Object.assign(new Error(), { code: "no answer" })));
    sent.once("error", (error: NodeJS.ErrnoException) => {
      resolve({ error: error.code ?? error.message, reused: sent.reusedSocket });
    });
    sent.end('{"model":"stub-1"}');
  });
}

/** How a stream or a WebSocket ended. */
export interface Ending {
  readonly whole: boolean;
  readonly words: string;
}

/** Reads server-sent events for so long; whole if every number came in its turn and the last event as well. */
export function readEvents(port: number, ms: number): Promise<Ending> {
  return new Promise((resolve) => {
    const sent = send({ port, host: "127.0.0.1", path: `/events?ms=${ms}`, agent: false });
    let text = "";
    const end = (words: string): void => {
      const events = text.split("\n\n").filter((event) => event !== "");
      const numbers = events.slice(0, -1).map((event) => Number(event.split(" ").at(-1)));
      const whole =
        events.at(-1) === "data: last" && numbers.every((number, index) => number === index);
      resolve({ whole, words: whole ? "whole" : `${words} after ${events.length} events` });
    };
    sent.once("error", (error: NodeJS.ErrnoException) => {
      end(error.code ?? error.message);
    });
    sent.once("response", (response) => {
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.once("close", () => {
        end(response.complete ? "ended" : "cut");
      });
      response.once("error", () => undefined);
    });
    sent.end();
  });
}

/** Sends lines over a WebSocket and reads them back for so long, then ends it; whole if each came back. */
export async function echo(port: number, ms: number): Promise<Ending> {
  const socket = connect(port, "127.0.0.1");
  const key = randomBytes(16).toString("base64");
  let text = "";
  let ended = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => (text += chunk));
  socket.on("error", (error: NodeJS.ErrnoException) => (ended = error.code ?? "error"));
  socket.on("close", () => (ended ||= "closed"));
  socket.write(
    `GET /socket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  let sent = "";
  const end = Date.now() + ms;
  for (let beat = 0; Date.now() < end && ended === ""; beat += 1) {
    // Nothing is sent before the upgrade was answered.
    if (text.includes("\r\n\r\n")) {
      socket.write(`${beat}\n`);
      sent += `${beat}\n`;
    }
    await pause(200);
  }
  await pause(300);
  const back = text.slice(text.indexOf("\r\n\r\n") + 4);
  const whole = ended === "" && text.startsWith("HTTP/1.1 101") && back === sent;
  socket.destroy();
  return { whole, words: whole ? "whole" : `${ended} with ${back.length} of ${sent.length} bytes` };
}
