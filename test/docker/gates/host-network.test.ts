import { expect, test } from "vitest";
import { hostNetwork } from "../../../components/docker/gates/host-network";
import { dockerPlace } from "../../../components/docker/settings";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { host } from "../facts";

const at = "gateways:smoltbot.docker.network";
const args = (docker: object, verified = true) => ({
  docker: dockerPlace("docker").parse(docker),
  own: observed(verified ? "1.0.0" : undefined),
  at,
});
const say = (docker: object, networks = ["bridge", "docker_default"], verified = true) =>
  spoken(hostNetwork({ host: host({ networks }), ...args(docker, verified) }));

test("a network that is there passes, whoever has made it", () => {
  const passes = [`pass ${at}: network docker_default, which is there`];
  expect(say({ network: "docker_default" })).toEqual(passes);
  expect(say({})).toEqual(passes);
});

test("a named network that is not there stops the run before PostgreSQL is removed to be made anew on it (S-12)", () => {
  expect(say({ network: "docker_defualt" })).toEqual([
    `block ${at}: network docker_defualt, which is not on the host: it has bridge, docker_default`,
  ]);
  expect(say({ network: "n" }, [])).toEqual([
    `block ${at}: network n, which is not on the host: it has none`,
  ]);
});

test("one that this program makes passes before a first install, and is told once somebody has removed it", () => {
  expect(say({}, ["bridge"], false)).toEqual([
    `pass ${at}: network docker_default, which this program makes`,
  ]);
  expect(say({}, ["bridge"])).toEqual([
    `warn ${at}: network docker_default, which is not there any more`,
  ]);
});

test("without a look at the daemon it is unknown", () => {
  expect(spoken(hostNetwork({ host: unavailable("refused"), ...args({}) }))).toEqual([
    `unknown ${at}: no look at the Docker daemon: refused`,
  ]);
});
