import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { secretsOfGateway } from "../lab/gateways";
import { makeStage, type Stage } from "./stage";

/** Text of every file below a folder that is no link. */
async function textBelow(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes("/.bin"));
  const texts = await Promise.all(
    files.map((file) => readFile(join(file.parentPath, file.name), "latin1")),
  );
  return texts.join("\n");
}

/** Command lines of all processes at this moment. */
async function commandLines(): Promise<string> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""));
  return (await Promise.all(lines)).join("\n").replaceAll("\0", " ");
}

const AGENT_KEY = "gateways:smoltbotSecrets.MNEMOM_AGENT_KEY";

/** Over a major and back with a restore. What this does not prove: that a secret is nowhere in another form than plain, URL-encoded or base64. */
describe("the secrets of a gateway", () => {
  let stage: Stage;
  let found: (text: string) => readonly string[];
  let said = "";
  let processes = "";

  /** Previews and runs an upgrade, and reads every command line of the machine meanwhile. */
  const watch = async (version: string, consents: object = {}) => {
    const smoltbot = { notesRead: version, consents };
    await stage.project.configure("prod", { "gateways:smoltbot": smoltbot });
    await stage.project.setVersion("prod", version);
    said += (await stage.project.preview("prod", { args: ["--diff"] })).all;
    const run = await stage.project.startUp("prod");
    const over = { yet: false };
    const finished = run.finished.finally(() => (over.yet = true));
    while (!over.yet) {
      processes += await commandLines();
      await pause(200);
    }
    const { exitCode, all } = await finished;
    expect(exitCode, all).toBe(0);
    said += all;
  };

  beforeAll(async () => {
    stage = await makeStage("hidden");
    await stage.project.configure("prod", {
      "gateways:smoltbot": { backup: { directory: join(stage.project.directory, "backups") } },
    });
    const secrets = {
      ...secretsOfGateway(stage.lab, stage, "prod"),
      [AGENT_KEY]: "key-of-an-agent",
    };
    // The lab's Redis asks for no password: its address is no secret, and every gateway has the same.
    const told = Object.entries(secrets).filter(([key]) => !key.endsWith("REDIS_URL"));
    const forms = told.flatMap(([key, value]) =>
      [value, encodeURIComponent(value), Buffer.from(value).toString("base64")].map(
        (form) => [key, form] as const,
      ),
    );
    found = (text) => forms.filter(([, form]) => text.includes(form)).map(([key]) => key);
    await watch("1.0.0");
    await watch("1.1.0");
    await stage.project.setSecret("prod", AGENT_KEY, secrets[AGENT_KEY]);
    await watch("2.0.0", { major: { release: "2.0.0", reason: "to look for secrets" } });
    const dumps = await readdir(join(stage.project.directory, "backups"));
    const dump = dumps.find((name) => /before-2\.0\.0.*(zst|gz)$/.test(name));
    await watch("1.1.0", { restore: { release: "1.1.0", dump, reason: "to look for secrets" } });
  });
  afterAll(() => stage.clear());

  test("are in the Secret of the namespace, so that the search below can find them", async () => {
    const secret = await stage.eyes("prod").object("Secret", "smoltbot-mnemom-gateway");
    expect(found(JSON.stringify(secret)).length).toBeGreaterThan(5);
  });

  test("stand in no preview, no diff and no output of an up", () => {
    expect(said).toContain("smoltbot-secret");
    expect(found(said)).toEqual([]);
  });

  test("stand in no state, no stack file and no manifest of a dump", async () => {
    const text = await textBelow(stage.project.directory);
    expect(text).toContain("smoltbotEvidence");
    expect(text).toContain("before-1.1.0");
    expect(found(text)).toEqual([]);
  });

  test("stand on no command line while an up runs", () => {
    expect(processes).toContain("components/start/step.mjs restore");
    expect(processes).toContain("pg_restore");
    expect(found(processes)).toEqual([]);
  });

  test("stand in no object but the Secret, and in no log of a pod", async () => {
    const eyes = stage.eyes("prod");
    const names = Object.keys(await eyes.versions(["ConfigMap", "Deployment", "Job", "Service"]));
    const kinds = names.map(
      (key) => key.split("/") as ["ConfigMap" | "Deployment" | "Job", string],
    );
    const objects = await Promise.all(kinds.map(([kind, name]) => eyes.object(kind, name)));
    const logs = await Promise.all((await eyes.pods()).map(({ name }) => eyes.log(name)));
    expect(objects.length).toBeGreaterThan(3);
    expect(found(JSON.stringify(objects) + logs.join("\n"))).toEqual([]);
  });
});
