import { expect, test } from "vitest";
import type { DaemonFacts } from "../../../components/docker/facts/host-facts";
import { daemon } from "../../../components/docker/gates/daemon";
import { unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { daemonFacts, host } from "../facts";

const at = "Docker at unix:///var/run/docker.sock";
const say = (change: Partial<DaemonFacts>, oldestVersion: string | undefined = "24.0.0") =>
  spoken(daemon({ host: host({ daemon: daemonFacts(change) }), oldestVersion, at }));

test("a daemon of the version that the product asks for passes, and is named", () => {
  expect(say({})).toEqual([`pass ${at}: Docker 24.0.7 on edge-1, linux/amd64`]);
});

test("an older version that still speaks a known API is told, unless the product asks for none", () => {
  const old = { version: "20.10.24+dfsg1", apiVersion: "1.41" };
  expect(say(old)).toEqual([`warn ${at}: Docker 20.10.24+dfsg1 on edge-1`]);
  expect(
    spoken(daemon({ host: host({ daemon: daemonFacts(old) }), oldestVersion: undefined, at })),
  ).toEqual([`pass ${at}: Docker 20.10.24+dfsg1 on edge-1, linux/amd64`]);
});

test("a daemon with which every container ends if it is killed is told (S-14)", () => {
  expect(say({ liveRestore: true })).toEqual([`pass ${at}: Docker 24.0.7 on edge-1, linux/amd64`]);
  expect(say({ liveRestore: false })).toEqual([`warn ${at}: Docker 24.0.7 without live-restore`]);
});

test("an API that is too old, or that nobody can tell, is refused", () => {
  expect(say({ version: "19.03.15", apiVersion: "1.40" })).toEqual([
    `block ${at}: Docker 19.03.15 with API 1.40`,
  ]);
  expect(say({ apiVersion: "" })).toEqual([
    `block ${at}: Docker 24.0.7 with API of unknown version`,
  ]);
});

test("containers of another system are refused", () => {
  expect(say({ platform: { os: "windows", architecture: "amd64" } })).toEqual([
    `block ${at}: a daemon of windows/amd64 containers`,
  ]);
});

test("a daemon that does not answer is unknown, with the reason", () => {
  const findings = daemon({
    host: unavailable("no answer within 10 s"),
    oldestVersion: "24.0.0",
    at,
  });
  expect(spoken(findings)).toEqual([
    `unknown ${at}: no look at the Docker daemon: no answer within 10 s`,
  ]);
});
