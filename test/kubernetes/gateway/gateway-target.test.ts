import { describe, expect, test } from "vitest";
import {
  gatewayTasks,
  type CalledNames,
} from "../../../components/kubernetes/gateway/gateway-target";
import type { SmoltbotGateway } from "../../../components/smoltbot/config";
import { smoltbot } from "../../../components/smoltbot/product";
import type { SmoltbotRelease } from "../../../components/smoltbot/release";
import { exampleSmoltbot } from "../../smoltbot/example";

const container = { name: "gateway", image: "ghcr.io/mnemom/gateway:1.1.0" };
const release = {
  version: "1.1.0",
  names: { fullname: "gw", gateway: "gw-gateway", observer: "gw-observer" },
  rendering: { chart: { name: "mnemom-gateway", version: "0.1.0", appVersion: "1" } },
  configuration: [],
  workloads: [
    { metadata: { name: "gw-gateway" }, spec: { template: { spec: { containers: [container] } } } },
  ],
  applied: [],
  job: {
    metadata: { name: "gw-migrate-1-1-0" },
    spec: {
      template: {
        spec: { containers: [{ name: "migrate", image: "ghcr.io/mnemom/migrate:v1.1.0" }] },
      },
    },
  },
  availability: { selector: {} },
  configHash: "hash",
} as unknown as SmoltbotRelease;

const store = { bucket: "dumps", region: "eu-central-1", prefix: "gateways/prod" };

const chaptersOf = (
  changes: Readonly<Record<string, unknown>> = {},
  names: Partial<CalledNames> = {},
  product: typeof smoltbot = smoltbot,
) => {
  const config: SmoltbotGateway = {
    name: "smoltbot",
    settings: exampleSmoltbot(changes),
    secrets: { SUPABASE_KEY: "hunter2", POSTGRES_URL: "postgresql://u:pa55word@db/x" },
    databaseUrl: "postgresql://u:pa55word@db.example/x",
    scratchUrl: "postgresql://u:5cratch@other.example/x",
    prometheusToken: "t0ken-of-prometheus",
    backupCredentials: { accessKeyId: "AK1D", secretAccessKey: "k3y-of-the-bucket" },
    backupKey: "AGE-SECRET-KEY-1OF-OURS",
  };
  const known = { stack: "prod", context: "lab" };
  const args = { product, config, release };
  const tasks = gatewayTasks(args, { stack: "prod", known, ...names });
  const { backup, schema, waves, ...others } = tasks;
  return { ...others, backup: backup!, schema: schema!, watch: waves[0]!.watch };
};

describe("what each chapter is given", () => {
  test("tells every step what it must hide (law 6)", () => {
    const consents = { restore: { release: "1.1.0", dump: "a.dump.zst", reason: "gone wrong" } };
    const { backup, restore, schema, watch, verification } = chaptersOf({ consents });
    for (const { secrets } of [backup, restore!, schema.task, watch, verification]) {
      expect(JSON.parse(secrets["REDACT"] ?? "")).toEqual([
        "hunter2",
        "postgresql://u:pa55word@db/x",
        "postgresql://u:pa55word@db.example/x",
        "postgresql://u:5cratch@other.example/x",
        "t0ken-of-prometheus",
        "AK1D",
        "k3y-of-the-bucket",
        "AGE-SECRET-KEY-1OF-OURS",
      ]);
    }
  });

  test("never puts a secret into the input of a step, which the state holds in plain text (law 6)", () => {
    const { backup, schema, watch, verification } = chaptersOf({ backup: { store } });
    const inputs = [backup, schema.task, watch, verification].map(({ input }) => input);
    expect(JSON.stringify(inputs)).not.toMatch(/hunter2|pa55word|t0ken|AK1D|k3y|AGE/);
  });

  test("tells the steps that read or write dumps of the bucket, its credentials apart; a folder needs none", () => {
    const consents = { restore: { release: "1.1.0", dump: "a.dump.zst", reason: "gone wrong" } };
    const inBucket = chaptersOf({ backup: { store }, consents });
    const chapters = [inBucket.backup, inBucket.restore!, inBucket.schema.task];
    for (const { secrets } of chapters)
      expect(JSON.parse(secrets["BACKUP_CREDENTIALS"] ?? "")).toEqual({
        accessKeyId: "AK1D",
        secretAccessKey: "k3y-of-the-bucket",
      });
    expect([inBucket.backup.input.store, inBucket.restore?.input.store]).toEqual([store, store]);
    expect(inBucket.schema.task.input.backup?.store).toEqual(store);
    for (const { secrets } of [inBucket.watch, inBucket.verification])
      expect(secrets).not.toHaveProperty("BACKUP_CREDENTIALS");
    const { backup } = chaptersOf();
    expect(backup.input).not.toHaveProperty("store");
    expect(backup.secrets).not.toHaveProperty("BACKUP_CREDENTIALS");
    expect(backup.input).not.toHaveProperty("encrypt");
    expect(chaptersOf({ backup: { encrypt: true } }).backup.input.encrypt).toBe(true);
    expect(backup.secrets["BACKUP_KEY"]).toBe("AGE-SECRET-KEY-1OF-OURS");
  });

  test("names dumps by what the stack was called first, and the stack file by what it is called today", () => {
    const { backup, schema, verification } = chaptersOf(
      {},
      { stack: "production", known: { stack: "prod", context: "old-name" } },
    );
    expect(backup.input.stack).toBe("prod");
    expect(schema.task.input.backup?.stack).toBe("prod");
    expect(verification.input.wayBack).toContain("Pulumi.production.yaml");
    expect(verification.known).toEqual({ context: "old-name", kubeconfig: undefined });
  });

  test("tells every step that reads the schema the table in which the product lists its migrations, where it is another than smoltbot's", () => {
    const told = (trackingTable: string) => {
      const product = { ...smoltbot, database: { ...smoltbot.database!, trackingTable } };
      const { backup, schema, verification } = chaptersOf({}, {}, product);
      return [backup, schema.task, verification].map(({ input }) => input.trackingTable);
    };
    expect(told("alembic_version")).toEqual(Array(3).fill("alembic_version"));
    expect(told("_schema_migrations")).toEqual(Array(3).fill(undefined));
  });

  test("hands on what the stack file says about the verification", () => {
    const url = "https://gateway.example/anthropic/v1/models";
    const { verification, watch } = chaptersOf({
      values: { config: { LOG_LEVEL: "warn" } },
      kubernetes: {
        context: "lab",
        namespace: "smoltbot",
        imageMirrors: { "ghcr.io/mnemom": "mirror.example/mnemom" },
      },
      verify: { requests: { count: 5, path: "/openai/v1/models" }, url, ignoreLogs: ["ETIMEDOUT"] },
    });
    expect(verification.input).toMatchObject({
      requests: 5,
      proxied: { path: "/openai/v1/models", method: "GET" },
      url,
      ignoreLogs: ["ETIMEDOUT"],
      mirrors: { "ghcr.io/mnemom": "mirror.example/mnemom" },
      chart: { name: "mnemom-gateway", version: "0.1.0" },
      settings: [
        "smoltbotSecrets.POSTGRES_URL",
        "smoltbotSecrets.SUPABASE_KEY",
        "values.config.LOG_LEVEL",
      ],
      migration: { job: "gw-migrate-1-1-0", image: "ghcr.io/mnemom/migrate:v1.1.0" },
    });
    expect(watch.input.mirrors).toEqual({ "ghcr.io/mnemom": "mirror.example/mnemom" });
  });

  test("wants a dump on the way back within a major only where the stack file does", () => {
    expect(chaptersOf().backup.input).not.toHaveProperty("onTheWayBack");
    const wanted = chaptersOf({ backup: { onTheWayBack: true } });
    expect(wanted.backup.input.onTheWayBack).toBe(true);
  });

  test("tries the restore on another server where the stack file says so, and in the schema step as well", () => {
    const plain = chaptersOf();
    expect(plain.backup.input).not.toHaveProperty("scratch");
    expect(plain.backup.secrets).not.toHaveProperty("SCRATCH_URL");
    const reason = "seen at the host";
    const { backup, schema } = chaptersOf({
      backup: { scratch: "url", unseenRoomGiB: 2 },
      consents: { scratch: { release: "1.1.0", reason } },
    });
    const told = { scratch: { kind: "url" }, largestUnseen: 2 * 1024 ** 3, mayFillServer: true };
    expect(backup.input).toMatchObject(told);
    expect(schema.task.input.backup).toMatchObject(told);
    for (const { secrets } of [backup, schema.task])
      expect(secrets["SCRATCH_URL"]).toBe("postgresql://u:5cratch@other.example/x");
    expect(JSON.stringify([backup.input, schema.task.input])).not.toContain("5cratch");
  });

  test("hands on what a restore leaves out, and only where something is", () => {
    expect(chaptersOf().backup.input).not.toHaveProperty("exclude");
    const { input } = chaptersOf({ backup: { exclude: { extensions: ["pg_cron"] } } }).backup;
    expect(input.exclude).toEqual({ eventTriggers: [], extensions: ["pg_cron"] });
  });

  test("takes a plain number of requests", () => {
    const { input } = chaptersOf({ verify: { requests: 20 } }).verification;
    expect(input).toMatchObject({ requests: 20, proxied: { method: "GET" } });
  });
});

describe("a release whose Deployments change in waves", () => {
  const deployment = (name: string) => ({
    apiVersion: "apps/v1",
    kind: "Deployment" as const,
    metadata: { name },
    spec: {
      template: { spec: { containers: [{ name, image: `registry.example/${name}:1.1.0` }] } },
    },
  });
  const workloads = [deployment("api"), deployment("bridge"), deployment("web")];
  const waves = [
    { name: "api", workloads: ["api"], verified: true },
    { name: "rest", workloads: ["bridge", "web"] },
  ];
  const config: SmoltbotGateway = { name: "smoltbot", settings: exampleSmoltbot(), secrets: {} };
  const tasks = gatewayTasks(
    { product: smoltbot, config, release: { ...release, workloads, applied: workloads, waves } },
    { stack: "prod", known: { stack: "prod", context: "lab" } },
  );

  test("has each wave watch its own, and verified where it says so", () => {
    const [api, rest] = tasks.waves;
    expect(api?.watch.input.deployments.map(({ name }) => name)).toEqual(["api"]);
    expect(api?.verify?.input.workloads.map(({ name }) => name)).toEqual(["api"]);
    expect(rest?.watch.input.deployments.map(({ name }) => name)).toEqual(["bridge", "web"]);
    expect(rest?.workloads.map(({ metadata }) => metadata.name)).toEqual(["bridge", "web"]);
    expect(rest?.verify).toBeUndefined();
  });

  test("hands the policy of a wave to its StatefulSets, which steps name by their kind (B-06)", () => {
    const oneByOne = { withinSeconds: 600 };
    const bridge = { ...deployment("bridge"), kind: "StatefulSet" as const };
    const all = [bridge, deployment("web")];
    const bridges = { name: "bridges", workloads: ["bridge", "web"], oneByOne };
    const { waves: made, verification } = gatewayTasks(
      {
        product: smoltbot,
        config,
        release: { ...release, workloads: all, applied: all, waves: [bridges] },
      },
      { stack: "prod", known: { stack: "prod", context: "lab" } },
    );
    expect(made[0]?.watch.input.deployments.map(({ name, oneByOne }) => [name, oneByOne])).toEqual([
      ["StatefulSet/bridge", oneByOne],
      ["web", undefined],
    ]);
    expect(verification.input.workloads.map(({ name }) => name)).toEqual([
      "StatefulSet/bridge",
      "web",
    ]);
  });

  test("is verified as a whole at its end", () => {
    const verified = tasks.verification.input.workloads.map(({ name }) => name);
    expect(verified).toEqual(["api", "bridge", "web"]);
  });
});
