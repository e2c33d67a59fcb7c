import { parseArgs } from "node:util";
import { stdout } from "node:process";
import { measure, type Case, type Seen } from "./measure";
import { caddy } from "./caddy";
import { haproxy } from "./haproxy";

/**
 * Compares front proxies, each a plain process of this machine on a port of its own:
 * `npx tsx test/docker/front-proxy/cli.ts --caddy ~/go/bin/caddy [--rounds 3] [--rate 300] [--only haproxy]`
 */
const { values } = parseArgs({
  options: {
    caddy: { type: "string" },
    rounds: { type: "string", default: "3" },
    rate: { type: "string", default: "300" },
    only: { type: "string", default: "" },
    streams: { type: "string", default: "20" },
    sockets: { type: "string", default: "6" },
    streamMs: { type: "string", default: "8000" },
  },
});

const cases = (caddyBinary: string | undefined): readonly Case[] => [
  { words: "HAProxy, runtime API", action: "hand over", start: haproxy() },
  { words: "HAProxy, reload", action: "change", start: haproxy() },
  {
    words: "HAProxy, reload without idle-close-on-response",
    action: "change",
    start: haproxy(["option idle-close-on-response"]),
  },
  { words: "HAProxy, sockets passed", action: "upgrade", start: haproxy() },
  { words: "HAProxy, sockets not passed", action: "upgrade", start: haproxy([], false) },
  ...(caddyBinary === undefined ? [] : caddies(caddyBinary)),
];

const caddies = (binary: string): readonly Case[] => [
  { words: "Caddy, as it ships", action: "hand over", start: caddy(binary) },
  { words: "Caddy, stream_close_delay 60s", action: "hand over", start: caddy(binary, "60s") },
  { words: "Caddy, stream_close_delay 60s", action: "change", start: caddy(binary, "60s") },
  { words: "Caddy, stream_close_delay 60s", action: "upgrade", start: caddy(binary, "60s") },
];

const HEAD = [
  "| what | action | times | requests | failed | of them on kept connections | slowest | streams cut | WebSockets cut | until the old one was gone |",
  "|---|---|---|---|---|---|---|---|---|---|",
];

const line = ({ words, action }: Case, seen: Seen): string =>
  [
    "",
    words,
    action,
    values.rounds,
    seen.sent,
    seen.failed,
    seen.failedKept,
    `${Math.round(seen.slowestMs)} ms`,
    `${seen.streamsCut} of ${seen.streams}`,
    `${seen.socketsCut} of ${seen.sockets}`,
    `${seen.leftSeconds.toFixed(1)} s`,
    "",
  ]
    .join(" | ")
    .trim();

const say = (text: string): void => void stdout.write(`${text}\n`);

say(HEAD.join("\n"));
const wanted = cases(values.caddy).filter(({ words, action }) =>
  `${words}, ${action}`.toLowerCase().includes(values.only.toLowerCase()),
);
for (const [index, one] of wanted.entries()) {
  const seen = await measure(one, {
    port: 28_700 + index * 10,
    perSecond: Number(values.rate),
    rounds: Number(values.rounds),
    streams: Number(values.streams),
    sockets: Number(values.sockets),
    streamMs: Number(values.streamMs),
  });
  say(line(one, seen));
  if (seen.failed > 0) say(`<!-- failed: ${JSON.stringify(seen.byError)} -->`);
  if (seen.endings.length > 0) say(`<!-- cut: ${seen.endings.slice(0, 4).join("; ")} -->`);
}
