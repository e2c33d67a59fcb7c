import { describe, expect, test } from "vitest";
import {
  newestBackup,
  newestSnapshot,
  readExternalBackup,
} from "../../../components/kubernetes/platform/external-backup";
import { readExternal } from "../../../components/dumps/external/read-external";

import type { BackupObject } from "../../../components/upgrade/platform";

const time = "2026-01-02T03:04:05Z";
const readObject = () => Promise.reject(new Error("nobody asks the cluster"));
const ask = (script: string, env: NodeJS.ProcessEnv = {}) =>
  readExternal(
    { command: ["sh", "-c", script] },
    { env: { PATH: process.env["PATH"], ...env }, readObject },
  );

describe("a command that tells of a backup", () => {
  test("is believed for its name, its time and its success, whatever else it prints", async () => {
    const told = { name: "base-1", time, success: true };
    expect(await ask(`echo '${JSON.stringify({ ...told, size: 3 })}'`)).toEqual(told);
  });

  test.each([
    ["is not there", ["/nowhere/backup-of"], "/nowhere/backup-of is not there"],
    ["fails", ["sh", "-c", "echo no repository >&2; exit 3"], "sh ended with 3: no repository"],
    ["prints no JSON", ["echo", "hunter2"], "echo prints no reference { name, time, success }"],
    ["tells no time", ["echo", '{"name":"a","success":true}'], "as JSON: time "],
  ])("and that %s says so, without repeating what it printed", async (_, command, words) => {
    const env = { PATH: process.env["PATH"] };
    const said = await readExternal({ command }, { env, readObject }).then(String, String);
    expect(said).toContain(words);
    expect(said).not.toContain("hunter2");
  });

  test("gets none of the program's secrets (law 6)", async () => {
    const secrets = {
      ...{
        DATABASE_URL: "hunter2",
        REDACT: "hunter2",
        BACKUP_KEY: "hunter2",
        PGPASSWORD: "hunter2",
      },
      ...{ BACKUP_CREDENTIALS: "hunter2", PULUMI_CONFIG: "hunter2", HOME: "/home/me" },
    };
    const script = `printf '{"name":"%s","time":"${time}","success":true}' "$(env | base64 -w0)"`;
    const { name } = await ask(script, secrets);
    const seen = Buffer.from(name, "base64").toString();
    expect(seen).toContain("HOME=/home/me");
    expect(seen).not.toContain("hunter2");
  });
});

describe("objects of the cluster that tell of backups", () => {
  const metadata = (name: string) => ({ name, creationTimestamp: "2026-01-01T00:00:00Z" });
  const backup = (name: string, stoppedAt: string, phase = "completed", cluster = "shop") => ({
    metadata: metadata(name),
    spec: { cluster: { name: cluster } },
    status: { phase, stoppedAt, backupId: "x" },
  });
  const snapshot = (name: string, creationTime: string, readyToUse = true, error?: object) => ({
    metadata: metadata(name),
    spec: { source: { persistentVolumeClaimName: "data" } },
    status: { readyToUse, creationTime, ...(error === undefined ? {} : { error }) },
  });

  test("give the newest Backup of that cluster that is complete, or else the newest of all", () => {
    const items = [
      backup("old", "2026-01-01T03:00:00Z"),
      backup("new", "2026-01-02T03:00:00Z"),
      backup("failed", "2026-01-03T03:00:00Z", "failed"),
      backup("other", "2026-01-04T03:00:00Z", "completed", "other"),
      { metadata: metadata("waiting"), spec: { cluster: { name: "shop" } } },
    ];
    const newest = { name: "new", time: "2026-01-02T03:00:00Z", success: true };
    expect(newestBackup({ items }, "shop")).toEqual(newest);
    expect(newestBackup({ items: items.slice(2) }, "shop")).toMatchObject({
      name: "failed",
      success: false,
    });
    expect(newestBackup({ items }, "nobody")).toBeUndefined();
  });

  test("give the newest VolumeSnapshot of that claim that is ready and without an error", () => {
    const items = [
      snapshot("good", "2026-01-01T03:00:00Z"),
      snapshot("broken", "2026-01-02T03:00:00Z", true, { message: "gone" }),
      snapshot("under-way", "2026-01-03T03:00:00Z", false),
    ];
    expect(newestSnapshot({ items }, "data")).toMatchObject({ name: "good", success: true });
    expect(newestSnapshot({ items: items.slice(1) }, "data")).toMatchObject({
      name: "under-way",
      success: false,
    });
    expect(newestSnapshot({ items }, "other")).toBeUndefined();
  });

  test("are looked for in the gateway's namespace, or in the one that is named", async () => {
    const asked: string[] = [];
    const get = <T>(path: string): Promise<T> => {
      asked.push(path);
      return Promise.resolve({ items: [] } as T);
    };
    const look = {
      env: {},
      readObject: (object: BackupObject) => readExternalBackup({ get }, "own", object),
    };
    const cloudNativePg = { cluster: "shop", namespace: "databases" };
    await expect(readExternal({ cloudNativePg }, look)).rejects.toThrow(
      "no Backup of the cluster shop in databases",
    );
    await expect(readExternal({ volumeSnapshot: { claim: "data" } }, look)).rejects.toThrow(
      "no VolumeSnapshot of the claim data in own",
    );
    expect(asked).toEqual([
      "/apis/postgresql.cnpg.io/v1/namespaces/databases/backups",
      "/apis/snapshot.storage.k8s.io/v1/namespaces/own/volumesnapshots",
    ]);
  });
});
