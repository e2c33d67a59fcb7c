import { describe, expect, test } from "vitest";
import { gatewayConfig, keysSchema } from "../../../components/config/keys";
import {
  adoptionTask,
  dataContainers,
  sourceBefore,
} from "../../../components/docker/gateway/compose-tasks";
import { configuredDocker } from "../../../components/docker/gateway/settings";
import { databaseSource } from "../../../components/docker/gateway/tasks";
import {
  smoltbotOnDocker,
  type SmoltbotOnDockerSettings,
} from "../../../components/smoltbot/docker/product";
import { smoltbot } from "../../../components/smoltbot/product";

async function argsOf(settings: object) {
  const smoltbotSecrets = {
    POSTGRES_PASSWORD: "p",
    SUPABASE_URL: "http://rest:1",
    SUPABASE_KEY: "k",
    SUPABASE_JWT_SECRET: "j",
    ANTHROPIC_API_KEY: "a",
  };
  const keys = { smoltbot: { version: "1.0.0", docker: {}, ...settings }, smoltbotSecrets };
  const read = keysSchema(smoltbot, configuredDocker).parse(keys);
  const config = gatewayConfig<SmoltbotOnDockerSettings>("smoltbot", read, "smoltbot");
  return { product: smoltbotOnDocker, config, release: await smoltbotOnDocker.release(config) };
}

const consents = (release: string) => ({ orphans: { release, reason: "checked by hand" } });

describe("the step of an adoption", () => {
  test("takes the place of each service of the Compose project, and removes nothing without a consent", async () => {
    const task = adoptionTask(await argsOf({ adopt: true, docker: { project: "docker" } }), {});
    expect(task?.input.compose).toEqual({
      project: "docker",
      takes: {
        data: { postgres: "postgres", redis: "redis" },
        gateway: "gateway",
        others: ["observer"],
        stopSeconds: 20,
        ready: "/health/ready",
      },
      remove: [],
    });
  });

  test("runs again where PostgreSQL or Redis is made anew while adopt is still there: made and not started, it would never be", async () => {
    const made = async (limits: object) => {
      const docker = { project: "docker", limits };
      return adoptionTask(await argsOf({ adopt: true, docker }), {})?.input.made;
    };
    const before = await made({});
    expect(before).toHaveLength(2);
    expect(await made({})).toEqual(before);
    const after = await made({ postgres: { memoryMiB: 2048 } });
    expect(after?.filter((one, index) => one !== before?.[index])).toHaveLength(1);
  });

  test("removes orphans alone in a later upgrade, by a consent for its release and for no other (T-06)", async () => {
    const own = adoptionTask(await argsOf({ consents: consents("1.0.0") }), {});
    expect(own?.input.compose).toEqual({ project: "smoltbot", remove: ["migrate"] });
    expect(adoptionTask(await argsOf({ consents: consents("1.1.0") }), {})).toBeUndefined();
    expect(adoptionTask(await argsOf({}), {})).toBeUndefined();
  });
});

describe("an adoption", () => {
  test("makes database and Redis without starting them, as the same containers that they are afterwards", async () => {
    const { release } = await argsOf({ adopt: true });
    const after = await argsOf({});
    expect(dataContainers(release.data, true).map(({ start }) => start)).toEqual([
      "by a step",
      "by a step",
    ]);
    expect(dataContainers(after.release.data, false)).toEqual(release.data);
    expect(after.release.configHash).toBe(release.configHash);
  });

  test("saves the database that Compose runs", async () => {
    const { config } = await argsOf({ adopt: true, docker: { project: "docker" } });
    const source = databaseSource(config, "docker_pgdata");
    expect(sourceBefore(source, config)).toEqual({ ...source, composeProject: "docker" });
    expect(sourceBefore(source, (await argsOf({})).config)).toEqual(source);
  });
});
