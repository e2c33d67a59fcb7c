import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { secretsOfGateway } from "../lab/gateways";
import { until } from "../lab/until";
import { makeStage, type Stage } from "./stage";

const CLIENTS = { "app.kubernetes.io/component": "database-client" };
const APPLIED = "SELECT count(*), count(DISTINCT filename) FROM _schema_migrations";

/** Command lines of all processes at this moment, those in pods included: the lab's node is this machine. */
async function commandLines(): Promise<string> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""));
  return (await Promise.all(lines)).join("\n").replaceAll("\0", " ");
}

/** One gateway whose database nobody reaches but from inside of the cluster: the stack file holds no connection string for this machine. */
describe("a gateway whose backup goes through a Job in the cluster", () => {
  let stage: Stage;
  let dumps: string;
  let found: (text: string) => readonly string[];

  /** Names of the Jobs and pods that reach a database. */
  const clients = async (): Promise<string> => {
    const args = ["get", "jobs,pods", "--namespace", stage.namespace("prod"), "--output=name"];
    const selector = Object.entries(CLIENTS).map((pair) => pair.join("="));
    const { stdout } = await execa("kubectl", [...args, "--selector", selector.join(",")], {
      env: stage.lab.env,
    });
    return stdout;
  };
  const sealed = async () =>
    (await readdir(dumps).catch(() => [])).filter((name) => name.endsWith(".manifest.json"));

  beforeAll(async () => {
    stage = await makeStage("by-job");
    dumps = join(stage.project.directory, "dumps");
    await stage.project.configure("prod", {
      "gateways:smoltbot": {
        backup: { directory: dumps, database: { job: { image: "postgres:15-alpine" } } },
      },
    });
    await stage.project.pulumi(["config", "rm", "gateways:smoltbotDatabaseUrl", "--stack", "prod"]);
    // The lab's Redis asks for no password: its address is no secret, and every gateway has the same.
    const secrets = Object.entries(secretsOfGateway(stage.lab, stage, "prod")).filter(
      ([key]) => !key.endsWith("REDIS_URL"),
    );
    const forms = secrets.flatMap(([key, value]) =>
      [value, encodeURIComponent(value)].map((form) => [key, form] as const),
    );
    const password = ["the password", "pa@ss/word:of%the lab"] as const;
    found = (text) =>
      [...forms, password].filter(([, form]) => text.includes(form)).map(([key]) => key);
  });
  afterAll(() => stage.clear());

  test("is installed without a backup, since no Secret names a database yet (S-04)", async () => {
    await stage.project.setVersion("prod", "1.0.0");
    const preview = await stage.project.preview("prod");
    expect(preview.exitCode, preview.all).toBe(0);
    expect(preview.all).toContain("the backup step looks at all of it first");
    expect(await clients().catch(() => "")).toBe("");
    const { exitCode, all } = await stage.project.up("prod");
    expect(exitCode, all).toBe(0);
    expect(await sealed()).toEqual([]);
    expect(await clients()).toBe("");
  });

  test("is finished by the same up after a kill in the backup, and nothing is left behind (S-04, law 2)", async () => {
    await stage.seed("prod", 2000);
    await stage.project.setVersion("prod", "1.1.0");
    const run = await stage.project.startUp("prod");
    await run.said(/saving database/);
    await run.killTree();
    await run.finished;
    // The pod notices by itself that nobody holds it any more.
    const gone = async () => (await clients()) === "";
    await until("the client pod ends and its Job is removed", gone, { seconds: 120 });
    await stage.project.cancel("prod");

    const again = await stage.project.startUp("prod");
    const over = { yet: false };
    const finished = again.finished.finally(() => (over.yet = true));
    let processes = "";
    while (!over.yet) {
      processes += await commandLines();
      await pause(200);
    }
    const { exitCode, all } = await finished;
    expect(exitCode, all).toBe(0);
    expect(all).toMatch(/proven: \d+ rows of \d+ tables/);
    expect(await clients()).toBe("");
    expect(await stage.sql("prod", APPLIED)).toBe("4|4");
    expect(processes).toContain("pg_dump");
    expect(found(processes)).toEqual([]);
    expect(found(all)).toEqual([]);
  });

  test("has one proven dump of its own, without a secret beside it (S-02, T-14)", async () => {
    const [name = "", ...more] = await sealed();
    expect(more).toEqual([]);
    const seal = await readFile(join(dumps, name), "utf8");
    expect(JSON.parse(seal)).toMatchObject({
      proven: true,
      source: { database: stage.database("prod") },
    });
    expect(found(seal)).toEqual([]);
    expect((await readdir(dumps)).filter((file) => file.includes("partial"))).toEqual([]);
  });

  test("shows no change in a second preview", async () => {
    const { steps, all } = await stage.project.preview("prod");
    expect(
      steps.filter(({ op }) => op !== "same"),
      all,
    ).toEqual([]);
  });

  test("is refused in words within seconds where the Job's image cannot be had (S-02)", async () => {
    await stage.project.configure("prod", {
      "gateways:smoltbot": { backup: { database: { job: { image: "postgres:nowhere" } } } },
    });
    await stage.project.setVersion("prod", "1.2.0");
    const before = await stage.eyes("prod").versions(["Deployment", "Secret", "ConfigMap"]);
    const { exitCode, all } = await stage.project.up("prod");
    expect(exitCode).not.toBe(0);
    expect(all).toContain("the Job that reaches the database cannot start: cannot get the image");
    expect(await stage.eyes("prod").versions(["Deployment", "Secret", "ConfigMap"])).toEqual(
      before,
    );
    expect(await clients()).toBe("");
    expect(await stage.sql("prod", APPLIED)).toBe("4|4");
  });
});
