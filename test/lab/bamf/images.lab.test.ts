import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startPrivateServer, type PrivateServer } from "../private-server";
import { run } from "../run";
import { readSettings } from "../settings";
import { bamfImage, bamfImages } from "./images";
import { bamfReleases, brokenRevision, revisionsOf } from "./releases";

interface Image {
  readonly RepoTags: readonly string[];
  readonly Config: string;
  readonly Layers: readonly string[];
}

interface Ran {
  readonly exitCode?: number;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
let images: readonly Image[];
let server: PrivateServer;
let database = "";
let number = 0;
const roots = new Map<string, string>();

beforeAll(async () => {
  const archives = await bamfImages(readSettings(process.env));
  folder = await mkdtemp(join(tmpdir(), "bamf-images-"));
  await run("tar", ["-xf", archives[0]!.tar, "-C", folder]);
  images = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")) as Image[];
  expect(archives.map(({ name }) => name)).toEqual(images.map(({ RepoTags }) => RepoTags[0]));
  server = await startPrivateServer();
  await server.sql("postgres", "CREATE ROLE bamf LOGIN PASSWORD 'bamf';");
});

afterAll(async () => {
  await server.remove();
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  database = `bamf_${(number += 1)}`;
  await server.sql("postgres", `CREATE DATABASE ${database} OWNER bamf;`);
});

const url = (query = "ssl=disable"): string =>
  `postgresql+asyncpg://bamf:bamf@${new URL(server.url(database)).host}/${database}?${query}`;

/** What a container of the image would see. */
async function rootOf(name: string): Promise<string> {
  const known = roots.get(name);
  if (known !== undefined) return known;
  const image = images.find(({ RepoTags }) => RepoTags.includes(name))!;
  const root = join(folder, `root-${roots.size}`);
  await mkdir(root);
  for (const layer of image.Layers) await run("tar", ["-xf", join(folder, layer), "-C", root]);
  roots.set(name, root);
  return root;
}

/** Runs a program in the API's image of a release, from a folder of it. */
async function inApi(
  tag: string,
  from: string,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const root = await rootOf(bamfImage("api", tag));
  const script = `cd ${from} && exec ${command.join(" ")}`;
  return execa("chroot", [root, "/bin/sh", "-c", script], {
    env: {
      PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
      PYTHONPATH: "/app",
      PYTHONDONTWRITEBYTECODE: "1",
      BAMF_LAB_RELEASE: tag,
      ...env,
    },
    extendEnv: false,
    reject: false,
  });
}

const alembic = (tag: string, ...args: readonly string[]): Promise<Ran> =>
  inApi(tag, "/app/alembic", ["alembic", ...args], { DATABASE_URL: url() });

const version = async (): Promise<string> =>
  server.sql(database, "SELECT version_num FROM alembic_version;");

describe("the images of BAMF", () => {
  test("are five of each release, and the client's", () => {
    expect(images).toHaveLength(5 * bamfReleases.length + 1);
    expect(new Set(images.map(({ Config }) => Config)).size).toBe(images.length);
  });

  test("say by their environment what release they are and what is broken about it", async () => {
    const image = images.find((it) => it.RepoTags.includes(bamfImage("bridge", "v0.11.2")))!;
    const { config } = JSON.parse(await readFile(join(folder, image.Config), "utf8")) as {
      config: { Env: readonly string[] };
    };
    expect(config.Env).toContain("BAMF_LAB_RELEASE=v0.11.2");
    expect(config.Env).toContain("BAMF_LAB_FAULT=bridge-never-ready");
  });

  test("have a shell, but for the agent's (T-38)", async () => {
    const sh = (component: "bridge" | "agent"): Promise<string> =>
      rootOf(bamfImage(component, "v0.11.0"));
    expect((await run("ls", [join(await sh("bridge"), "bin")])).stdout).toContain("sleep");
    const agent = await run("ls", [join(await sh("agent"), "bin")], { reject: false });
    expect(agent.exitCode).not.toBe(0);
  });
});

describe("the migrations in the API's image", () => {
  test("fail from the image's own folder, and say nothing of value with the file named (T-18)", async () => {
    const bare = await inApi("v0.11.0", "/app", ["alembic", "current"], { DATABASE_URL: url() });
    expect(bare.exitCode).not.toBe(0);
    expect(`${bare.stdout}${bare.stderr}`).toContain("No 'script_location' key");
    const named = await inApi("v0.11.0", "/app", ["alembic", "-c", "alembic/alembic.ini", "heads"]);
    expect(named).toMatchObject({ exitCode: 0, stdout: "" });
  });

  test("do not read the variable that the API reads (T-18)", async () => {
    const env = { BAMF_DATABASE_URL: url() };
    const { exitCode, stderr } = await inApi(
      "v0.11.0",
      "/app/alembic",
      ["alembic", "current"],
      env,
    );
    expect(exitCode).not.toBe(0);
    // It asks this machine for its default database.
    expect(stderr).toMatch(/gaierror|Connect call failed/);
  });

  test("refuse sslmode in the URL, as the driver does (T-20)", async () => {
    const env = { DATABASE_URL: url("sslmode=require") };
    const { exitCode, stderr } = await inApi(
      "v0.11.0",
      "/app/alembic",
      ["alembic", "upgrade", "head"],
      env,
    );
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain("unexpected keyword argument 'sslmode'");
  });

  test("go up release by release, to the head of each, and down to each with the newest image", async () => {
    const sound = bamfReleases.filter(({ head, fault }) => !fault && head !== brokenRevision);
    for (const release of sound) {
      expect(await alembic(release.tag, "upgrade", "head")).toMatchObject({ exitCode: 0 });
      expect(await version()).toBe(release.head);
    }
    for (const head of ["a2b3c4d5", "e7f0a5b4", "c5d8e3f2", "a3f1b2c4"]) {
      expect(await alembic("v0.11.0", "downgrade", head)).toMatchObject({ exitCode: 0 });
      expect(await version()).toBe(head);
    }
  });

  test("of an older release cannot find a newer revision, and one step back is half a release (T-19)", async () => {
    await alembic("v0.11.0", "upgrade", "head");
    const old = await alembic("v0.9.1", "downgrade", "-1");
    expect(old.exitCode).not.toBe(0);
    expect(`${old.stdout}${old.stderr}`).toContain("Can't locate revision");
    await alembic("v0.11.0", "downgrade", "-1");
    expect(await version()).toBe("b3e4d5c6");
  });

  test("of the broken release fail half-way and leave nothing behind", async () => {
    await alembic("v0.11.0", "upgrade", "head");
    const { exitCode, stderr } = await alembic("v0.11.1", "upgrade", "head");
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('column "region" does not exist');
    expect(await version()).toBe("c4f5a6b7");
    const zone = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'zone';";
    expect(await server.sql(database, zone)).toBe("0");
    expect(revisionsOf(bamfReleases.find(({ tag }) => tag === "v0.11.1")!)).toHaveLength(12);
  });
});

describe("an API of before a breaking step, on the schema of after it", () => {
  const start = (tag: string, query?: string): Promise<Ran> =>
    inApi(tag, "/app", ["/usr/local/bin/bamf", "api"], {
      BAMF_DATABASE_URL: url(query),
      BAMF_REDIS_URL: "redis://127.0.0.1:1",
    });

  test("crashes as it starts where the authority's column has another name (T-26)", async () => {
    await alembic("v0.7.0", "upgrade", "head");
    const { exitCode, stderr } = await start("v0.6.0");
    expect(exitCode).toBe(3);
    expect(stderr).toContain('column "ca_key_encrypted" does not exist');
  });

  test("crashes as it starts where its URL says sslmode (T-20)", async () => {
    await alembic("v0.11.0", "upgrade", "head");
    const { exitCode, stderr } = await start("v0.11.0", "sslmode=require");
    expect(exitCode).toBe(3);
    expect(stderr).toContain("unexpected keyword argument");
  });
});

test("the first setup makes an administrator and a join token, once", async () => {
  await alembic("v0.11.0", "upgrade", "head");
  const env = {
    DATABASE_URL: url(),
    BAMF_BOOTSTRAP_ADMIN_EMAIL: "a@lab.example",
    BAMF_BOOTSTRAP_JOIN_TOKEN: "join",
  };
  for (const time of ["first", "again"]) {
    const ran = await inApi("v0.11.0", "/app", ["python", "-m", "bamf.cli.bootstrap"], env);
    expect(ran, time).toMatchObject({ exitCode: 0, stdout: "Bootstrap complete" });
  }
  expect(await server.sql(database, "SELECT count(*) FROM join_tokens;")).toBe("1");
});
