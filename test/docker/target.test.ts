import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { dockerTarget } from "../../components/docker/target";
import { record, type Registration } from "../story/recorder";
import { spec } from "./facts";

const task = { input: {}, secrets: {}, triggers: [] };

const targetOf = (version: string, removable = false) =>
  dockerTarget({
    connect: () => ({ options: {}, identifier: pulumi.output(undefined) }),
    backup: undefined,
    restore: undefined,
    instance: "smoltbot",
    network: "net",
    volumes: { database: "pgdata" },
    images: [`gateway:${version}`],
    data: [spec({ role: "postgres", name: "smoltbot-postgres" })],
    schema: { container: spec({ role: "migrate", name: `migrate-${version}` }), task },
    waves: [
      {
        name: "all",
        containers: [spec({ name: `gateway-${version}` })],
        watch: { input: {}, secrets: {} },
      },
    ],
    verification: { input: { wayBack: "" }, secrets: {}, known: {} },
    secrets: {},
    freeName: () => Promise.resolve(undefined),
    removable,
  });

const made = (...args: Parameters<typeof targetOf>): Promise<readonly Registration[]> =>
  record(() => {
    const { configuration, schema, waves } = targetOf(...args);
    const before = configuration("smoltbot", {});
    return [
      ...before,
      ...(schema?.make("smoltbot", {}) ?? []),
      ...waves.flatMap((wave) => wave.apply("smoltbot", {})),
    ];
  });

const named = (all: readonly Registration[], name: string) => all.find((one) => one.name === name);

describe("a Docker host as the place of a gateway", () => {
  test("protects and keeps volumes, and protects the network that it makes", async () => {
    const all = await made("1.0.0");
    expect(named(all, "smoltbot-volume-database")).toMatchObject({
      protect: true,
      options: { retainOnDelete: true },
      inputs: { name: "pgdata" },
    });
    expect(named(all, "smoltbot-network")?.protect).toBe(true);
    const removable = await made("1.0.0", true);
    expect(named(removable, "smoltbot-volume-database")).toMatchObject({
      protect: false,
      options: { retainOnDelete: true },
    });
  });

  test("takes a network that the stack file names as it is", async () => {
    const all = await record(() => {
      const { configuration } = dockerTarget({ ...argsWithoutNetwork() });
      return [...configuration("smoltbot", {})];
    });
    expect(named(all, "smoltbot-network")).toBeUndefined();
  });

  test("has the database pulled before it is made, and never twice on its volume", async () => {
    const all = await made("1.0.0");
    const database = named(all, "smoltbot-postgres");
    expect(database?.options).toMatchObject({
      deleteBeforeReplace: true,
      // The label with the fingerprint of all its settings: whatever changes of it makes it anew.
      replaceOnChanges: ["labels"],
    });
    expect(database?.after).toContain("smoltbot-image-gateway:1.0.0");
    expect(database?.after).toContain("smoltbot-volume-database");
  });

  test("makes room before each container and each network, and never before a volume or an image (S-14)", async () => {
    const all = await made("1.0.0");
    const asked = all.filter(({ options }) => options["beforeCreate"] !== undefined);
    expect(asked.map(({ name }) => name).sort()).toEqual([
      "smoltbot-gateway-1.0.0",
      "smoltbot-migration",
      "smoltbot-network",
      "smoltbot-postgres",
    ]);
    expect(named(all, "smoltbot-network")).toMatchObject({
      inputs: { labels: [{ label: "gateways.instance", value: "smoltbot" }] },
      ignored: ["labels"],
    });
  });

  test("has an image built before it is looked for, and before each container that needs it (S-11)", async () => {
    const asked: string[] = [];
    const haveImage = (image: string) => {
      asked.push(image);
      return Promise.resolve(undefined);
    };
    const all = await record(() => {
      const target = dockerTarget({
        ...argsWithoutNetwork(),
        images: ["localhost/smoltbot/gateway:1.0.0"],
        data: [spec({ role: "postgres", image: "postgres:16-alpine" })],
        haveImage,
      });
      return [...target.configuration("smoltbot", {})];
    });
    const waiting = all.filter(({ options }) => options["beforeCreate"] !== undefined);
    expect(waiting.map(({ name }) => name).sort()).toEqual([
      "smoltbot-image-localhost/smoltbot/gateway:1.0.0",
      "smoltbot-postgres",
    ]);
    // Registered alone, nothing is made.
    expect(asked).toEqual([]);
  });

  test("makes the gateway of another release beside the old one: it is another resource, which the engine makes first (T-46)", async () => {
    const old = await made("1.0.0");
    const next = await made("1.1.0");
    expect(named(old, "smoltbot-gateway-1.0.0")).toBeDefined();
    expect(named(next, "smoltbot-gateway-1.1.0")).toBeDefined();
    expect(named(next, "smoltbot-gateway-1.0.0")).toBeUndefined();
  });

  test("lets the migration of another release go before the next is made (S-13)", async () => {
    const migration = named(await made("1.0.0"), "smoltbot-migration");
    expect(migration?.options).toMatchObject({ deleteBeforeReplace: true });
  });
});

function argsWithoutNetwork(): Parameters<typeof dockerTarget>[0] {
  return {
    connect: () => ({ options: {}, identifier: pulumi.output(undefined) }),
    instance: "smoltbot",
    network: undefined,
    volumes: {},
    images: [],
    data: [],
    waves: [],
    verification: { input: { wayBack: "" }, secrets: {}, known: {} },
    secrets: {},
    freeName: () => Promise.resolve(undefined),
    removable: false,
  };
}
