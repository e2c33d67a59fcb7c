import { expect, test } from "vitest";
import { hostMemory, type MemoryNeed } from "../../../components/docker/gates/host-memory";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { host, mebibyte } from "../facts";

const at = "Docker at ssh://root@edge-1";
const needs: readonly MemoryNeed[] = [
  { chapter: "schema", what: "the migration", bytes: 256 * mebibyte },
  { chapter: "rollout", what: "a gateway and an observer", bytes: 768 * mebibyte },
];
const say = (free: number) =>
  spoken(
    hostMemory({
      host: host({ room: { disk: observed(0), memory: observed(free * mebibyte) } }),
      needs,
      at,
    }),
  );

test("memory for the largest chapter beside what runs passes: chapters follow one another (S-05)", () => {
  expect(say(768)).toEqual([
    `pass ${at}: 768 MiB of 4096 MiB memory free, for at most 768 MiB beside what runs`,
  ]);
});

test("too little for two gateways at once is refused, chapter by chapter (S-05)", () => {
  expect(say(767)).toEqual([
    `block ${at}: 767 MiB memory free for a gateway and an observer in the rollout, beside what runs`,
  ]);
  expect(say(100)).toHaveLength(2);
});

test("a release that needs nothing beside passes (S-05)", () => {
  expect(spoken(hostMemory({ host: host(), needs: [], at }))).toEqual([
    `pass ${at}: 2048 MiB of 4096 MiB memory free, for at most 0 MiB beside what runs`,
  ]);
});

test("memory or a daemon that nobody could look at is unknown (S-05)", () => {
  const room = { disk: observed(0), memory: unavailable("no /proc/meminfo") };
  expect(spoken(hostMemory({ host: host({ room }), needs, at }))).toEqual([
    `unknown ${at}: no look at the free memory of the host: no /proc/meminfo`,
  ]);
  expect(spoken(hostMemory({ host: unavailable("refused"), needs, at }))).toEqual([
    `unknown ${at}: no look at the Docker daemon: refused`,
  ]);
});
