import { expect, test } from "vitest";
import type { ContainerFacts } from "../../../components/docker/facts/host-facts";
import { composeProject } from "../../../components/docker/gates/compose-project";
import { unavailable, type Observation } from "../../../components/upgrade/observation";
import type { HostFacts } from "../../../components/docker/facts/host-facts";
import { spoken } from "../../upgrade/gates/findings";
import { composed, container, host, ours } from "../facts";

const at = "Docker at ssh://root@edge-1";
const ask = (found: Observation<HostFacts>, adopted?: string) =>
  composeProject({
    host: found,
    gateway: "smoltbot",
    volumes: ["smoltbot_pgdata", "smoltbot_redisdata"],
    network: "smoltbot_default",
    adopted,
    at,
  });
const say = (containers: readonly ContainerFacts[], adopted?: string) =>
  spoken(ask(host({ containers }), adopted));
const onData = {
  mounts: [
    { kind: "volume" as const, source: "smoltbot_pgdata", path: "/var/lib/postgresql/data" },
  ],
};

test("our own containers on the volumes pass, and stopped ones of Compose beside them", () => {
  expect(
    say([ours("postgres", onData), composed("postgres", { ...onData, state: "exited" })]),
  ).toEqual([`pass ${at}: nobody else on the volumes and on the network of the gateway`]);
});

test("a docker compose up by hand beside ours is refused: two servers on one data folder destroy it", () => {
  const [finding] = ask(
    host({ containers: [ours("postgres", onData), composed("postgres", onData)] }),
  );
  expect(spoken([finding!])).toEqual([
    `block ${at}: container smoltbot-postgres-1 of the Compose project smoltbot on volume smoltbot_pgdata`,
  ]);
  expect(finding?.fix).toBe(
    "stop it before anything else: docker stop smoltbot-postgres-1, and put the Compose file in /srv/smoltbot/deploy/docker away",
  );
});

test("the project that is taken over is told, and anybody else on its volumes is refused all the same", () => {
  expect(say([composed("postgres", onData)], "smoltbot")).toEqual([
    `warn ${at}: the Compose project smoltbot with smoltbot-postgres-1 on the volumes: they are stopped, and the same data is served from`,
  ]);
  expect(say([container(onData)], "smoltbot")).toEqual([
    `block ${at}: container somebody on volume smoltbot_pgdata`,
  ]);
});

test("somebody who only shares the network is told, with the names that he answers to", () => {
  const networks = { smoltbot_default: ["gateway"] };
  expect(say([container({ networks })])).toEqual([
    `warn ${at}: container somebody on network smoltbot_default, as gateway`,
  ]);
});

test("without a daemon it is unknown", () => {
  expect(spoken(ask(unavailable("refused")))).toEqual([
    `unknown ${at}: no look at the Docker daemon: refused`,
  ]);
});
