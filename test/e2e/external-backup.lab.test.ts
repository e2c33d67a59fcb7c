import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeInstalledStage, type Stage } from "./stage";

const OLD = "1.2.0";
const NEW = "2.0.0";

/** Each test goes on where the one before it ended. */
describe("a gateway whose database somebody else backs up", () => {
  let stage: Stage;
  let dumps: string;
  const configure = (smoltbot: Readonly<Record<string, unknown>>) =>
    stage.project.configure("prod", { "gateways:smoltbot": smoltbot });
  const tell = (minutesAgo: number) => {
    const time = new Date(Date.now() - minutesAgo * 60_000).toISOString();
    const told = JSON.stringify({ name: "base-7", time, success: true });
    return configure({ backup: { external: { command: ["echo", told] } } });
  };

  beforeAll(async () => {
    stage = await makeInstalledStage(OLD);
    dumps = join(stage.project.directory, "dumps");
    await stage.seed("prod", 20);
    await stage.project.setSecret("prod", "gateways:smoltbotSecrets.MNEMOM_AGENT_KEY", "an agent");
    const major = { release: NEW, reason: "planned for tonight" };
    await configure({ backup: { directory: dumps }, notesRead: NEW, consents: { major } });
  });
  afterAll(() => stage.clear());

  test("is refused an upgrade on a backup that is too old, or that nobody has consented to (S-02, law 4)", async () => {
    await stage.project.setVersion("prod", NEW);
    await tell(90);
    expect((await stage.project.preview("prod")).all).toMatch(
      /BLOCK external-backup .*base-7 is 9\d min old/,
    );
    await tell(5);
    const up = await stage.project.up("prod");
    expect(up.exitCode).not.toBe(0);
    expect(up.all).toMatch(/BLOCK external-backup .*it cannot go back across a major/);
    expect(up.all).toMatch(/nothing was touched/);
  });

  test("is upgraded with a consent for this release, without a dump, and asked once more before the migration", async () => {
    const externalBackup = { release: NEW, reason: "restored every Monday" };
    await configure({ consents: { externalBackup } });
    const up = await stage.project.up("prod");
    expect(up.exitCode, up.all).toBe(0);
    expect(up.all).toMatch(/WARN external-backup .*restored every Monday/);
    expect(up.all).toMatch(/base-7 of .* stands for a dump; this program has not restored it/);
    expect(await stage.sql("prod", "SELECT max(filename) FROM _schema_migrations")).toMatch(/^010/);
    expect(await readdir(dumps).catch(() => [])).toEqual([]);
  });

  test("has no way back across that major by this program", async () => {
    await configure({ consents: { major: null, externalBackup: null } });
    await stage.project.setVersion("prod", OLD);
    const preview = await stage.project.preview("prod");
    expect(preview.exitCode).not.toBe(0);
    expect(preview.all).toMatch(/BLOCK restore .*no way back from 2\.0\.0 to 1\.2\.0/);
  });
});
