import { expect, test } from "vitest";
import { hostClock } from "../../../components/docker/gates/host-clock";
import { unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { daemonFacts, host } from "../facts";

const at = "Docker at ssh://root@edge-1";
/** Asked at 0 s, answered at 30 s. */
const say = (seconds: number | undefined) =>
  spoken(
    hostClock({
      host: host({
        daemon: daemonFacts({
          clock: seconds === undefined ? undefined : seconds * 1000,
          asked: { from: 0, to: 30_000 },
        }),
      }),
      at,
    }),
  );

test.each([0, 17, 30, 35, -5])(
  "a clock of %d s passes where the answer may be from any of 30 s",
  (seconds) => {
    expect(say(seconds)).toEqual([`pass ${at}: a clock within 5 s of this machine's`]);
  },
);

test("a clock that is off by more than 5 s is told, and by more than a minute refused", () => {
  expect(say(36)).toEqual([`warn ${at}: a clock 6 s ahead of this machine's`]);
  expect(say(-60)).toEqual([`warn ${at}: a clock 60 s behind this machine's`]);
  expect(say(91)).toEqual([`block ${at}: a clock 61 s ahead of this machine's`]);
  expect(say(-3600)).toEqual([`block ${at}: a clock 3600 s behind this machine's`]);
});

test("a clock that the daemon does not tell is unknown, and so is a daemon that does not answer", () => {
  expect(say(undefined)).toEqual([
    `unknown ${at}: no look at the clock of the host: the daemon does not tell it`,
  ]);
  expect(spoken(hostClock({ host: unavailable("refused"), at }))).toEqual([
    `unknown ${at}: no look at the Docker daemon: refused`,
  ]);
});
