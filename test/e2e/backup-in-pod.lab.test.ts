import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dropDatabase, ensureDatabase, queryDatabase } from "../lab/database";
import { connectLab, type Lab } from "../lab/lab";

const NAME = "backup-in-pod";
const DATABASE = "backup_in_pod";
const owner = { database: DATABASE, role: DATABASE, password: "only inside the pod" };
const HOST_FOLDERS = ["usr", "lib", "lib64", "etc"];

/** A pod with the client programs of PostgreSQL, and its own way into the database: what a pod of the database itself has. */
const podOf = (lab: Lab) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "postgres", namespace: NAME },
  spec: {
    containers: [
      {
        name: "postgres",
        image: "docker.io/gateways-lab/pause:1",
        env: Object.entries({
          PATH: "/usr/bin",
          PGHOST: lab.postgres.podHost,
          PGPORT: String(lab.postgres.port),
          PGPASSWORD: owner.password,
        }).map(([name, value]) => ({ name, value })),
        volumeMounts: HOST_FOLDERS.map((name) => ({ name, mountPath: `/${name}`, readOnly: true })),
      },
    ],
    volumes: HOST_FOLDERS.map((name) => ({ name, hostPath: { path: `/${name}` } })),
    terminationGracePeriodSeconds: 0,
  },
});

describe("a database that is reached through kubectl exec alone", () => {
  let lab: Lab;
  let directory: string;
  const kubectl = (words: readonly string[], input = "") =>
    execa("kubectl", words, { env: lab.env, input });
  const backup = (namespace: string) =>
    execa("node", ["components/start/step.mjs", "backup"], {
      env: {
        ...lab.env,
        GATEWAYS_STEP: JSON.stringify({
          gateway: "smoltbot",
          stack: "prod",
          release: "1.1.0",
          source: {
            kind: "pod",
            context: lab.context,
            namespace,
            pod: "postgres",
            database: DATABASE,
            user: DATABASE,
          },
          directory,
          keep: 3,
        }),
      },
      reject: false,
    });

  beforeAll(async () => {
    lab = await connectLab();
    directory = await mkdtemp(join(tmpdir(), "gateways-backup-"));
    await ensureDatabase(lab, owner);
    const rows = "SELECT n AS id, 'agent ' || n AS name FROM generate_series(1, 500) AS n";
    await queryDatabase(
      lab,
      DATABASE,
      `DROP TABLE IF EXISTS agents; CREATE TABLE agents AS ${rows}; ALTER TABLE agents OWNER TO ${DATABASE}`,
    );
    await kubectl(["delete", "namespace", NAME, "--ignore-not-found"]);
    await kubectl(["create", "namespace", NAME]);
    await kubectl(["apply", "--filename", "-"], JSON.stringify(podOf(lab)));
    await kubectl([
      "wait",
      "--namespace",
      NAME,
      "--for=condition=Ready",
      "pod/postgres",
      "--timeout=120s",
    ]);
  });
  afterAll(async () => {
    await kubectl(["delete", "namespace", NAME, "--ignore-not-found"]);
    await dropDatabase(lab, owner);
    await rm(directory, { recursive: true, force: true });
  });

  test("is saved by the programs of its pod, restored there, and proven row by row (S-04, T-14)", async () => {
    const { exitCode, stdout, stderr } = await backup(NAME);
    expect(exitCode, stderr).toBe(0);
    const saved = JSON.parse(stdout) as { readonly path: string };
    expect(saved).toMatchObject({ rows: 500, tables: 1 });
    expect((await stat(saved.path)).mode & 0o777).toBe(0o600);
    const manifest: unknown = JSON.parse(await readFile(`${saved.path}.manifest.json`, "utf8"));
    expect(manifest).toMatchObject({ proven: true, rows: 500, source: { database: DATABASE } });
    expect(JSON.stringify(manifest) + stdout + stderr).not.toContain(owner.password);
  });

  test("is told to be out of reach in words where there is no such pod", async () => {
    const { exitCode, stdout, stderr } = await backup("nowhere");
    expect(exitCode).not.toBe(0);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/pod.*postgres|namespaces "nowhere" not found/);
  });
});
