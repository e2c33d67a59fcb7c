import { describe, expect, test } from "vitest";
import { gatewayConfig, keysSchema } from "../../../components/config/keys";
import { namedDatabases } from "../../../components/docker/gateway/named-databases";
import { configuredDocker } from "../../../components/docker/gateway/settings";
import {
  smoltbotOnDocker,
  type SmoltbotOnDockerSettings,
} from "../../../components/smoltbot/docker/product";
import { smoltbot } from "../../../components/smoltbot/product";
import { oneDatabase } from "../../../components/upgrade/gates/one-database";
import { spoken, step } from "../../upgrade/gates/findings";

interface Given {
  readonly docker?: object;
  /** Secrets beside those that every release needs. */
  readonly secrets?: object;
  readonly backup?: object;
  readonly databaseUrl?: string;
}

async function named({ docker = {}, secrets = {}, backup = {}, databaseUrl }: Given = {}) {
  const read = keysSchema(smoltbot, configuredDocker).parse({
    smoltbot: { version: "1.1.0", docker, backup },
    smoltbotSecrets: {
      POSTGRES_PASSWORD: "p",
      SUPABASE_URL: "http://rest:1",
      SUPABASE_KEY: "k",
      SUPABASE_JWT_SECRET: "j",
      ANTHROPIC_API_KEY: "a",
      ...secrets,
    },
    ...(databaseUrl === undefined ? {} : { smoltbotDatabaseUrl: databaseUrl }),
  });
  const config = gatewayConfig<SmoltbotOnDockerSettings>("smoltbot", read, "smoltbot");
  return namedDatabases(smoltbotOnDocker, config, await smoltbotOnDocker.release(config));
}

/** What `one-database` says where only names can be compared, as on every Docker host. */
const verdict = async (given: Given) => {
  const { savedAt: at, ...names } = await named(given);
  const plan = step("1.1.0", "1.2.0");
  const findings = oneDatabase({ ...names, plan, at, database: undefined, pods: undefined });
  return { said: spoken(findings), fixes: findings.map(({ fix }) => fix) };
};

describe("the databases that a stack file names for a Docker host", () => {
  test("are one where the connection string leads to the container beside the gateway, by either of its names (law 4)", async () => {
    for (const place of ["postgres:5432", "postgres", "smoltbot-postgres"]) {
      const POSTGRES_URL = `postgres://smoltbot:p@${place}/smoltbot`;
      expect((await verdict({ secrets: { POSTGRES_URL } })).said).toEqual([
        expect.stringMatching(/^warn gateways:smoltbot\.docker\.database: /),
      ]);
    }
    expect((await verdict({})).said).toEqual([expect.stringMatching(/^warn /)]);
  });

  test("are two where it leads to a database of that name elsewhere, and only the container would be saved (law 4, law 7)", async () => {
    const POSTGRES_URL = "postgres://smoltbot:p@db.example:6432/smoltbot";
    const { said, fixes } = await verdict({ secrets: { POSTGRES_URL } });
    expect(said).toEqual([
      "block gateways:smoltbot.docker.database: the backup would save database smoltbot, and the migration would change database db.example:6432/smoltbot",
    ]);
    expect(fixes).toEqual([
      "leave gateways:smoltbotSecrets.POSTGRES_URL out for the container beside the gateway; to stay with the other one, set gateways:smoltbot.backup.database to url and gateways:smoltbotDatabaseUrl to its connection string",
    ]);
  });

  test("are one again where the backup takes a connection string of its own to it", async () => {
    const url = "postgres://smoltbot:p@db.example:6432/smoltbot";
    const { said } = await verdict({
      secrets: { POSTGRES_URL: url },
      backup: { database: "url" },
      databaseUrl: url,
    });
    expect(said).toEqual([expect.stringMatching(/^warn gateways:smoltbotDatabaseUrl: /)]);
  });

  test("are each gateway's own for two projects of one host, whose containers have the same name in their networks", async () => {
    const places = await Promise.all([
      named(),
      named({ docker: { project: "us" } }),
      named({ docker: { project: "us", host: "unix:///run/docker.sock" } }),
    ]);
    const [eu, us, again] = places.map(({ usedPlace }) => usedPlace);
    expect(eu).not.toBe(us);
    expect(again).toBe(us);
  });
});
