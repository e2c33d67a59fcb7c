import { describe, expect, test } from "vitest";
import { adoptProject } from "../../../components/docker/compose/adopt-project";
import {
  isRefusal,
  type ComposeAdoption,
  type ComposeForm,
} from "../../../components/docker/compose/adoption";
import { readProject } from "../../../components/docker/compose/read-project";
import { inspected, type Composed } from "../inspected";

const form: ComposeForm = {
  database: {
    service: "postgres",
    path: "/var/lib/postgresql/data",
    role: "postgres",
    password: "POSTGRES_PASSWORD",
  },
  cache: { service: "redis", path: "/data", role: "redis" },
  gateway: { service: "gateway", port: 8787 },
  observer: { service: "observer" },
  finished: ["migrate"],
  notSecrets: ["PATH", "SUPABASE_URL"],
};

const postgres: Composed = {
  service: "postgres",
  env: ["POSTGRES_DB=smoltbot", "POSTGRES_USER=smoltbot", "POSTGRES_PASSWORD=changeme"],
  volume: ["smoltbot_pgdata", "/var/lib/postgresql/data"],
};
const redis: Composed = { service: "redis", volume: ["smoltbot_redisdata", "/data"] };
const gateway: Composed = {
  service: "gateway",
  env: ["SUPABASE_URL=http://postgres:5432", "SUPABASE_KEY=old", "OPENAI_API_KEY=x", "REGION="],
  port: "8787",
};

const adopt = (parts: readonly Composed[], environment: Readonly<Record<string, string>> = {}) => {
  const project = readProject("smoltbot", parts.map(inspected));
  if (project === undefined) throw new Error("no project");
  return adoptProject(project, form, environment);
};
const taken = (...args: Parameters<typeof adopt>): ComposeAdoption => {
  const answer = adopt(...args);
  if (isRefusal(answer)) throw new Error(JSON.stringify(answer));
  return answer;
};

describe("a Compose project", () => {
  test("is what its containers tell, without those of docker compose run and of other projects", () => {
    const found = [
      inspected(redis),
      inspected(postgres),
      inspected({ service: "gateway", oneOff: true }),
      inspected({ service: "postgres", project: "other" }),
    ];
    expect(readProject("smoltbot", found)).toMatchObject({
      name: "smoltbot",
      folder: "/srv/smoltbot/deploy/docker",
      files: ["/srv/smoltbot/deploy/docker/docker-compose.yml", "/srv/more.yml"],
      containers: [{ service: "postgres" }, { service: "redis" }],
    });
  });

  test("is told without the containers of hooks, which have the labels of their service and stay if they have failed", () => {
    const failed = inspected({ service: "postgres", hook: "pre_start", state: "exited" });
    expect(readProject("smoltbot", [failed, inspected(postgres)])?.containers).toHaveLength(1);
  });

  test("without a container is none", () => {
    expect(
      readProject("smoltbot", [inspected({ service: "gateway", project: "other" })]),
    ).toBeUndefined();
  });
});

describe("an adoption", () => {
  test("takes volumes by name, the network with the names on it, and the port", () => {
    expect(taken([postgres, redis, gateway])).toMatchObject({
      network: "smoltbot_default",
      aliases: { postgres: ["postgres"], redis: ["redis"], gateway: ["gateway"] },
      volumes: { database: "smoltbot_pgdata", cache: "smoltbot_redisdata" },
      published: { address: "0.0.0.0", port: 8787 },
    });
  });

  test("keeps database and user as the volume was made, and takes the image's defaults if nothing was said (T-14)", () => {
    expect(taken([postgres]).database).toEqual({ name: "smoltbot", user: "smoltbot" });
    expect(taken([{ ...postgres, env: ["POSTGRES_USER=mnemom"] }]).database).toEqual({
      name: "mnemom",
      user: "mnemom",
    });
    expect(taken([{ ...postgres, env: [] }]).database).toEqual({
      name: "postgres",
      user: "postgres",
    });
  });

  test("names the variables that would be lost or changed, never their values, and none that Compose sets or leaves empty", () => {
    const adoption = taken([postgres, gateway], {
      SUPABASE_KEY: "new",
      POSTGRES_PASSWORD: "changeme",
    });
    expect([adoption.lost, adoption.changed]).toEqual([["OPENAI_API_KEY"], ["SUPABASE_KEY"]]);
    expect(JSON.stringify(adoption)).not.toMatch(/changeme|old/);
  });

  test("names a password of the database that is another one than Compose's, which the volume keeps", () => {
    expect(taken([postgres], { POSTGRES_PASSWORD: "new" }).changed).toEqual(["POSTGRES_PASSWORD"]);
  });

  test("names its containers, whether they run, the image of the gateway, and ports that Compose alone publishes", () => {
    const old = { ...postgres, port: "5432", state: "exited" };
    expect(taken([old, gateway])).toMatchObject({
      image: "gateway:1",
      parts: [
        { service: "gateway", name: "smoltbot-gateway-1", isRunning: true },
        { service: "postgres", name: "smoltbot-postgres-1", isRunning: false },
      ],
      unpublished: ["0.0.0.0:5432 of smoltbot-postgres-1"],
    });
  });

  test("names orphans of older files and services that it knows nothing of (T-06)", () => {
    const parts = [postgres, { service: "migrate", state: "exited" }, { service: "grafana" }];
    expect(taken(parts)).toMatchObject({
      orphans: ["smoltbot-migrate-1"],
      strangers: ["smoltbot-grafana-1"],
    });
    expect(taken([postgres, { service: "migrate" }])).toMatchObject({
      orphans: [],
      strangers: ["smoltbot-migrate-1"],
    });
  });

  test("goes by the containers that run, beside those that a cut docker compose up has made and never started", () => {
    const left: Composed = { service: "gateway", state: "created", prefix: "0a1b2c3d4e5f_" };
    expect(taken([postgres, { ...left, env: ["NEW=1"] }, gateway])).toMatchObject({
      published: { port: 8787 },
      lost: ["OPENAI_API_KEY", "POSTGRES_PASSWORD", "SUPABASE_KEY"],
    });
  });

  test("of a project whose gateway is gone takes the data all the same", () => {
    expect(taken([postgres])).toMatchObject({ published: undefined, image: undefined });
  });

  test.each<[string, readonly Composed[], string]>([
    ["without a database", [gateway], "no container of it, not even a stopped one"],
    [
      "with the data in a folder of the host",
      [{ service: "postgres", bind: ["/srv/pg", "/var/lib/postgresql/data"] }],
      "its data in the folder /srv/pg of the host",
    ],
    [
      "with the data in the container itself",
      [{ service: "postgres" }],
      "no volume at /var/lib/postgresql/data: the data would go with the container",
    ],
    [
      "whose services share no network",
      [postgres, { ...gateway, network: "front" }],
      "no network that it shares with the gateway",
    ],
  ])("is refused %s, with what to do", (_, parts, found) => {
    expect(adopt(parts)).toEqual([
      {
        at: "Compose project smoltbot, service postgres",
        found,
        fix: expect.stringMatching(/\S/) as string,
      },
    ]);
  });
});
