import { expect, test } from "vitest";
import { hostCpus } from "../../../components/docker/gates/host-cpus";
import { unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { daemonFacts, host } from "../facts";

const at = (role: string) => `gateways:smoltbot.docker.limits.${role}.cpus`;
const wanted = [
  { role: "gateway", cpus: 1 },
  { role: "gateway", cpus: 1 },
  { role: "postgres", cpus: 2 },
];
const say = (cpus: number) =>
  spoken(hostCpus({ host: host({ daemon: daemonFacts({ cpus }) }), wanted, at }));

test("limits of which none is above the CPUs of the host pass, whatever their sum (S-05)", () => {
  expect(say(2)).toEqual([
    `pass ${at("gateway")}: 2 CPUs on edge-1, for at most 2 of one container`,
  ]);
});

test("a limit above the CPUs of the host is refused before Docker does it in the middle of a run (S-05)", () => {
  expect(say(1)).toEqual([
    `block ${at("postgres")}: a limit of 2 CPUs, and edge-1 has 1: Docker would refuse the container`,
  ]);
});

test("without a daemon it is unknown (S-05)", () => {
  expect(spoken(hostCpus({ host: unavailable("refused"), wanted, at }))).toEqual([
    `unknown ${at("gateway")}: no look at the Docker daemon: refused`,
  ]);
});
