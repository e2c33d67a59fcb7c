import { expect, test } from "vitest";
import type { ContainerFacts } from "../../../components/docker/facts/host-facts";
import { foreignContainers } from "../../../components/docker/gates/foreign-containers";
import { unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { composed, container, host, ours } from "../facts";

const at = "Docker at ssh://root@edge-1";
const wanted = [{ name: "smoltbot-postgres" }];
const say = (...containers: readonly ContainerFacts[]) =>
  spoken(foreignContainers({ host: host({ containers }), gateway: "smoltbot", wanted, at }));

test("containers of other names, and our own, pass", () => {
  expect(say(container(), ours("postgres"))).toEqual([
    `pass ${at}: no container of somebody else under a name of ours`,
  ]);
});

test("a stopped container under a name of ours is refused as a running one is, and its maker is named", () => {
  const name = "smoltbot-postgres";
  expect(say(container({ name, state: "exited" }))).toEqual([
    `block ${at}: container ${name}, made by hand`,
  ]);
  expect(say(composed("postgres", { name }))).toEqual([
    `block ${at}: container ${name}, made by the Compose project smoltbot`,
  ]);
  expect(say(ours("postgres", { labels: { "gateways.instance": "east" } }))).toEqual([
    `block ${at}: container ${name}, made by this program for the gateway east`,
  ]);
});

test("without a daemon it is unknown", () => {
  expect(
    spoken(foreignContainers({ host: unavailable("refused"), gateway: "smoltbot", wanted, at })),
  ).toEqual([`unknown ${at}: no look at the Docker daemon: refused`]);
});
