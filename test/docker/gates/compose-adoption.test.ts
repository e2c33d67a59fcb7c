import { describe, expect, test } from "vitest";
import type { ComposeAdoption } from "../../../components/docker/compose/adoption";
import type { ContainerFacts } from "../../../components/docker/facts/host-facts";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { composed, container, ours } from "../facts";
import { ask, at, found, onData, part, place, say, setting } from "./compose-world";

const MOMENT = `warn ${at}: smoltbot-postgres-1, smoltbot-gateway-1 of the Compose project smoltbot are stopped once the backup is proven and the new gateways are ready; database and Redis are away for some seconds`;

describe("a Compose project that is to be taken over", () => {
  test("as the stack file has it is told to be stopped for a moment, with what stays", () => {
    expect(say()).toEqual([MOMENT]);
    expect(say({ compose: found({ strangers: ["smoltbot-rest-1"] }) })).toEqual([
      `${MOMENT}; smoltbot-rest-1 stay as they are`,
    ]);
  });

  test.each<[string, Partial<ComposeAdoption>, string]>([
    [
      "volume",
      { volumes: { database: "docker_pgdata", cache: undefined } },
      "docker.volumes.database: the volume is docker_pgdata in Compose, and smoltbot_pgdata here",
    ],
    [
      "network",
      { network: "docker_default" },
      "docker.network: the network is docker_default in Compose, and smoltbot_default here",
    ],
    [
      "image of the database, which may sort texts otherwise",
      { databaseImage: "postgres:16" },
      "docker.images.postgres: postgres:16 runs in Compose, and postgres:16-alpine is asked for",
    ],
    [
      "database (T-14)",
      { database: { name: "mnemom", user: "smoltbot" } },
      "docker.database.name: the database is mnemom in Compose, and smoltbot here",
    ],
    [
      "port",
      { published: { address: "0.0.0.0", port: 80 } },
      "docker.publish: requests come in at 0.0.0.0:80 today, and at 0.0.0.0:8787 by the stack file",
    ],
    [
      "release",
      { image: "gateway:1.1.0" },
      "version: 1.1.0 runs in Compose, and 1.0.0 is asked for",
    ],
    [
      "variable",
      { lost: ["OPENAI_API_KEY"] },
      "docker.environment: the gateway in Compose has OPENAI_API_KEY, and the stack file has not",
    ],
  ])("with another %s is refused", (_, change, words) => {
    expect(say({ compose: found(change) })).toContain(`block ${setting(words)}`);
  });

  test("whose network the stack file does not name is refused: ours would be a second one of that name", () => {
    expect(say({ args: { place: place({ network: undefined }) } })).toContain(
      `block ${setting("docker.network")}: the network is smoltbot_default in Compose, and smoltbot_default, made anew, here`,
    );
  });

  test.each<[string, Partial<ComposeAdoption>, string]>([
    [
      "values that change",
      { changed: ["SUPABASE_KEY"] },
      "docker.environment: other values than in Compose: SUPABASE_KEY",
    ],
    [
      "an image without a release in its tag",
      { image: "docker-gateway" },
      "version: image docker-gateway, whose tag tells no release",
    ],
    [
      "ports that nobody publishes any more",
      { unpublished: ["0.0.0.0:5432 of smoltbot-postgres-1"] },
      "docker.publish: nobody publishes 0.0.0.0:5432 of smoltbot-postgres-1 any more",
    ],
    [
      "names that nobody answers to any more",
      { aliases: { postgres: ["postgres", "db"] } },
      "docker.network: nobody answers to db on the network any more",
    ],
  ])("is told of %s", (_, change, words) => {
    expect(say({ compose: found(change) })).toContain(`warn ${setting(words)}`);
  });

  test("that does not run is refused, unless ours run on its volume already", () => {
    const compose = found({ parts: [part("postgres", false), part("gateway")] });
    expect(say({ compose })).toEqual([
      `block ${at}: smoltbot-postgres-1 of the Compose project smoltbot not running`,
    ]);
    expect(say({ compose, containers: [ours("postgres", onData)] })[0]).toMatch(/^warn/);
  });

  test("that does not run is refused whatever of ours or of others runs elsewhere, or is stopped on its volume", () => {
    const compose = found({ parts: [part("postgres", false), part("gateway")] });
    const elsewhere = (source: string, kind: "volume" | "bind" = "volume") => ({
      mounts: [{ kind, source, path: "/data" }],
    });
    for (const one of [
      ours("redis", elsewhere("smoltbot_redisdata")),
      ours("postgres", elsewhere("smoltbot_pgdata", "bind")),
      ours("postgres", { mounts: [] }),
      ours("postgres", { ...onData, state: "exited" }),
      container(onData),
    ])
      expect(say({ compose, containers: [one] })).toEqual([
        `block ${at}: smoltbot-postgres-1 of the Compose project smoltbot not running`,
      ]);
  });

  test("whose database runs beside ours is refused, and told which of the two to stop", () => {
    const containers = [ours("postgres", onData), composed("postgres", onData)];
    const world = { compose: found({ parts: [part("gateway"), part("postgres")] }), containers };
    expect(spoken(ask(world))).toEqual([
      `block ${at}: smoltbot-postgres and smoltbot-postgres-1 run on volume smoltbot_pgdata at the same time`,
    ]);
    expect(ask(world)[0]?.fix).toMatch(/^docker stop smoltbot-postgres-1, /);
  });

  test("whose volume a stranger has as well, such as a backup, is left running: the stranger is to stop", () => {
    const containers = [container(onData), composed("postgres", onData)];
    const world = { compose: found({ parts: [part("gateway"), part("postgres")] }), containers };
    expect(ask(world)[0]?.fix).toMatch(/^docker stop somebody: smoltbot-postgres-1 serves/);
  });

  test("whose database runs alone, or beside a stopped or a foreign one, has no second server on its data", () => {
    const theirs = composed("postgres", onData);
    const more = {
      mounts: [...onData.mounts, { kind: "volume" as const, source: "b", path: "/b" }],
    };
    expect(say({ containers: [theirs] })).toEqual([MOMENT]);
    expect(say({ containers: [theirs, ours("postgres", { ...onData, state: "exited" })] })).toEqual(
      [MOMENT],
    );
    expect(say({ containers: [ours("postgres", onData), container({ ...onData })] })).toEqual([
      MOMENT,
    ]);
    expect(say({ containers: [theirs, ours("postgres", more)] })[0]).toMatch(
      /^block .* same time$/,
    );
  });

  test("that is not there is refused with the names of those that are, and passes once ours serve", () => {
    const other = composed("gateway", { labels: { "com.docker.compose.project": "other" } });
    const another = composed("gateway", { labels: { "com.docker.compose.project": "another" } });
    const none = `block ${at}: no container of a Compose project smoltbot`;
    expect(spokenWithoutProject([other, another, container(), other])).toEqual([
      `${none}; there are those of another, other`,
    ]);
    expect(spokenWithoutProject([])).toEqual([none]);
    expect(spokenWithoutProject([ours("proxy")])).toEqual([
      `pass ${at}: nothing left of the Compose project smoltbot`,
    ]);
    const labels = { "gateways.instance": "another", "gateways.role": "proxy" };
    for (const one of [
      ours("postgres"),
      ours("proxy", { state: "exited" }),
      ours("proxy", { labels }),
    ])
      expect(spokenWithoutProject([one])).toEqual([none]);
  });

  test("is refused for what stands in the way of its data", () => {
    const refusal = [{ at: "Compose project smoltbot", found: "data in /srv", fix: "move it" }];
    expect(say({ compose: refusal })).toEqual(["block Compose project smoltbot: data in /srv"]);
  });

  test("whose adoption was killed after the last stop goes on", () => {
    const compose = found({ parts: [part("postgres", false), part("gateway", false)] });
    expect(say({ compose, containers: [ours("postgres", onData)] })).toEqual([
      `pass ${at}: the Compose project smoltbot is stopped, and ours take its place`,
    ]);
  });
});

describe("a Compose project that was taken over", () => {
  const stopped = composed("postgres", { state: "exited" });
  const LEFT = `warn ${at}: smoltbot-postgres-1, stopped, of the Compose project smoltbot: a start of them brings a second server onto the data`;

  test("is told as long as its containers are there", () => {
    expect(say({ compose: "none", containers: [stopped, ours("proxy")] })).toEqual([LEFT]);
    const other = {
      "com.docker.compose.project": "other",
      "com.docker.compose.service": "postgres",
    };
    for (const one of [
      composed("postgres"),
      composed("stranger", { state: "exited" }),
      composed("postgres", { state: "exited", labels: other }),
    ])
      expect(say({ compose: "none", containers: [one, ours("proxy")] })).toEqual([
        `pass ${at}: no container that Compose has left`,
      ]);
  });

  test("wants adopt: true removed, and refuses it beside another release", () => {
    const containers = [stopped, ours("proxy")];
    const asked = (to: string, change: "none" | "minor") =>
      say({ containers, args: { plan: { verified: "1.0.0", to, change } } });
    expect(asked("1.0.0", "none")).toEqual([
      `warn ${setting("adopt")}: adopt: true, though 1.0.0 is adopted and verified`,
      LEFT,
    ]);
    expect(asked("1.1.0", "minor")[0]).toBe(
      `block ${setting("adopt")}: adopt: true, though 1.0.0 is adopted and verified, beside an upgrade to 1.1.0`,
    );
  });
});

test("without a daemon or a look at the project it is unknown", () => {
  expect(say({ args: { host: unavailable("refused") } })).toEqual([
    `unknown ${at}: no look at the Docker daemon: refused`,
  ]);
  expect(say({ args: { compose: unavailable("too slow") } })).toEqual([
    `unknown ${at}: no look at the Compose project: too slow`,
  ]);
});

const spokenWithoutProject = (containers: readonly ContainerFacts[]) =>
  say({ containers, args: { compose: observed(undefined) } });
