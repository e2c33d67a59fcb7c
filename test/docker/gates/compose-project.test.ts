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

test("containers that are not up, and mounts that are no volumes of the gateway, are nobody's business", () => {
  const nobody = [`pass ${at}: nobody else on the volumes and on the network of the gateway`];
  for (const state of ["exited", "created", "dead"] as const)
    expect(say([container({ ...onData, state })])).toEqual(nobody);
  const mounts = (kind: "volume" | "bind", source: string) => ({
    mounts: [{ kind, source, path: "/data" }],
  });
  expect(say([container(mounts("volume", "theirs"))])).toEqual(nobody);
  expect(say([container(mounts("bind", "smoltbot_pgdata"))])).toEqual(nobody);
});

test("of somebody with several mounts only the volumes of the gateway are named", () => {
  const mounts = [
    { kind: "volume" as const, source: "theirs", path: "/a" },
    { kind: "bind" as const, source: "smoltbot_redisdata", path: "/b" },
    ...onData.mounts,
  ];
  const [finding] = ask(host({ containers: [container({ mounts })] }));
  expect(spoken([finding!])).toEqual([`block ${at}: container somebody on volume smoltbot_pgdata`]);
  expect(finding?.fix).toBe("stop it before anything else: docker stop somebody");
});

test("somebody on volume and network is told of once, and the project that is taken over not as a stranger on the network", () => {
  const networks = { smoltbot_default: ["gateway"] };
  expect(say([container({ ...onData, networks })])).toEqual([
    `block ${at}: container somebody on volume smoltbot_pgdata`,
  ]);
  expect(say([composed("gateway", { networks })], "smoltbot")).toEqual([
    `pass ${at}: nobody else on the volumes and on the network of the gateway`,
  ]);
});

test("without a daemon it is unknown", () => {
  expect(spoken(ask(unavailable("refused")))).toEqual([
    `unknown ${at}: no look at the Docker daemon: refused`,
  ]);
});
