import { describe, expect, test } from "vitest";
import { keysSchema, gatewayConfig } from "../../../components/config/keys";
import { configuredDocker } from "../../../components/docker/gateway/settings";
import {
  smoltbotOnDocker,
  type SmoltbotOnDockerSettings,
} from "../../../components/smoltbot/docker/product";
import { smoltbot } from "../../../components/smoltbot/product";

const secrets = {
  POSTGRES_PASSWORD: "pa55/word",
  SUPABASE_URL: "http://rest:1",
  SUPABASE_KEY: "k",
  SUPABASE_JWT_SECRET: "j",
  ANTHROPIC_API_KEY: "a",
};

const configOf = (version: string, more: object = {}, docker: object = {}) => {
  const keys = {
    smoltbot: { version, docker, ...more },
    smoltbotSecrets: secrets,
  };
  const read = keysSchema(smoltbot, configuredDocker).parse(keys);
  return gatewayConfig<SmoltbotOnDockerSettings>("smoltbot", read, "smoltbot");
};

const releaseOf = (...args: Parameters<typeof configOf>) =>
  smoltbotOnDocker.release(configOf(...args));

describe("a release of smoltbot on a Docker host", () => {
  test("has its images by tag, as they are published and not built: the gateway without a v, the migration with one (T-04, T-07)", async () => {
    const { gateways, migrate, others, build } = await releaseOf("1.1.0");
    expect(build).toBeUndefined();
    expect(gateways.map(({ image }) => image)).toEqual(["ghcr.io/mnemom/gateway:1.1.0"]);
    expect(others.map(({ image }) => image)).toEqual(["ghcr.io/mnemom/gateway:1.1.0"]);
    expect(migrate.image).toBe("ghcr.io/mnemom/migrate:v1.1.0");
  });

  test("has images of its own if it is built: tagged by the release, from its tag, under a name that no registry has (S-11)", async () => {
    const docker = { project: "edge", build: { source: "../smoltbot" } };
    const { gateways, migrate, build } = await releaseOf("1.1.0", {}, docker);
    expect(gateways[0]?.image).toBe("localhost/edge/gateway:1.1.0");
    expect(migrate.image).toBe("localhost/edge/migrate:v1.1.0");
    expect(build).toEqual({
      source: "../smoltbot",
      ref: "v1.1.0",
      images: [
        { image: gateways[0]?.image, dockerfile: "deploy/docker/Dockerfile.gateway" },
        { image: migrate.image, dockerfile: "deploy/docker/Dockerfile.migrate" },
      ],
    });
  });

  test("has its migration pulled if the source has no Dockerfile of it (S-11, S-13, T-04)", async () => {
    const docker = { build: { source: "../smoltbot", ref: "f".repeat(40), migrate: false } };
    const { migrate, build } = await releaseOf("1.1.0", {}, docker);
    expect(migrate.image).toBe("ghcr.io/mnemom/migrate:v1.1.0");
    expect(build?.ref).toBe("f".repeat(40));
    expect(build?.images).toHaveLength(1);
    expect((await releaseOf("1.1.0")).build).toBeUndefined();
  });

  test("reaches the database beside it, with every sign of the password escaped (T-14)", async () => {
    const { secrets: given } = await releaseOf("1.1.0", {}, { database: { name: "mnemom" } });
    expect(given["POSTGRES_URL"]).toBe("postgresql://smoltbot:pa55%2Fword@postgres:5432/mnemom");
  });

  test("wants a password of the database beside what every release wants (S-24)", async () => {
    const { rules } = await releaseOf("1.1.0");
    expect(rules.requiredKeys).toContain("POSTGRES_PASSWORD");
    expect(rules.requiredKeys).toContain("SUPABASE_JWT_SECRET");
  });

  test("wants no POSTGRES_URL, which is made of the password, and finds one of the stack file that is blank (S-24)", async () => {
    const given = (POSTGRES_URL: object) =>
      smoltbotOnDocker.release({
        ...configOf("1.1.0"),
        secrets: { ...secrets, ...POSTGRES_URL },
      });
    expect((await given({})).rules.requiredKeys).not.toContain("POSTGRES_URL");
    expect((await given({ POSTGRES_URL: " " })).rules.requiredKeys).toContain("POSTGRES_URL");
  });

  test("has containers of other names than the release before, and the same for itself again (S-12, T-46)", async () => {
    const [one, same, other] = await Promise.all(
      ["1.0.0", "1.0.0", "1.1.0"].map((v) => releaseOf(v)),
    );
    expect(one?.gateways).toEqual(same?.gateways);
    expect(one?.gateways[0]?.name).not.toBe(other?.gateways[0]?.name);
    expect(one?.data).toEqual(other?.data);
    expect(one?.proxy).toEqual(other?.proxy);
    expect(one?.configHash).not.toBe(other?.configHash);
  });

  test("has as many gateways as asked for, each at an address of its own", async () => {
    const { gateways, servers } = await releaseOf("1.1.0", { availability: { replicas: 3 } });
    expect(gateways).toHaveLength(3);
    expect(new Set(servers.map(({ address }) => address)).size).toBe(3);
  });

  test("takes no key of a chart in its stack file", () => {
    expect(() => configOf("1.1.0", { chart: { path: "a" } })).toThrow("chart");
  });

  test("names what is set without its values (S-23)", () => {
    const config = configOf("1.1.0", {}, { environment: { LOG_LEVEL: "debug" } });
    expect(smoltbotOnDocker.settingNames(config)).toContain("docker.environment.LOG_LEVEL");
    expect(JSON.stringify(smoltbotOnDocker.settingNames(config))).not.toContain("debug");
  });
});
