import { expect, test } from "vitest";
import { sharedHost } from "../../../components/docker/gates/shared-host";
import { dockerPlace } from "../../../components/docker/settings";
import { unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { daemonFacts, host } from "../facts";

const at = "gateways:instances.eu.docker";
const hosted = (name: string, docker: object = {}, id = "D-1") => ({
  name,
  docker: dockerPlace(name).parse(docker),
  host: host({ daemon: daemonFacts({ id }) }),
});
const eu = hosted("eu", { host: "ssh://root@edge-1", hostKey: "ssh-ed25519 A" });
const say = (...others: readonly ReturnType<typeof hosted>[]) =>
  spoken(sharedHost({ gateway: eu, all: [eu, ...others], at }));

test("a gateway alone on its host passes, also if another host has the same port", () => {
  expect(say()).toEqual([`pass ${at}: no other gateway on that host`]);
  expect(say(hosted("us", {}, "D-2"))).toEqual([`pass ${at}: no other gateway on that host`]);
});

test("gateways of one host with ports and projects of their own pass", () => {
  expect(say(hosted("us", { publish: { port: 8788 } }))).toEqual([`pass ${at}: beside us`]);
});

test("two addresses of one daemon are noticed by its id, and the same port or project is refused (T-46)", () => {
  const same = "unix:///var/run/docker.sock is the same daemon as ssh://root@edge-1";
  expect(say(hosted("us"))).toEqual([
    `block ${at}.publish.port: port 8787 of the host, which us has; ${same}`,
  ]);
  expect(say(hosted("us", { project: "eu", publish: { port: 8788 } }))).toEqual([
    `block ${at}.project: project eu, which us has; ${same}`,
  ]);
});

test("two hosts that were made from one image have one id, and are told apart by their names: a daemon tells one name at each of its addresses", () => {
  const cloned = {
    ...hosted("us"),
    host: host({ daemon: daemonFacts({ id: "D-1", name: "edge-2" }) }),
  };
  expect(say(cloned)).toEqual([`pass ${at}: no other gateway on that host`]);
});

test("daemons without an id are not taken for one", () => {
  const nameless = { ...eu, host: host({ daemon: daemonFacts({ id: "" }) }) };
  const other = hosted("us", {}, "");
  expect(spoken(sharedHost({ gateway: nameless, all: [nameless, other], at }))).toEqual([
    `pass ${at}: no other gateway on that host`,
  ]);
});

test("without a daemon it is unknown which one it is", () => {
  const unseen = { ...eu, host: unavailable("refused") };
  expect(spoken(sharedHost({ gateway: unseen, all: [unseen], at }))).toEqual([
    `unknown ${at}: no look at the Docker daemon: refused`,
  ]);
});
