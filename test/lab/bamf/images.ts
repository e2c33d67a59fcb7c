import { createHash } from "node:crypto";
import {
  chmod,
  copyFile,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  symlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { cachedFolder, keyOf, sourceKey } from "../cache";
import { librariesOf } from "../cluster/client-image";
import type { ImageArchive } from "../cluster/images";
import { run } from "../run";
import type { Settings } from "../settings";
import { buildBamf } from "./programs";
import { alembicFolder, python, pythonFolder, pythonSite } from "./python";
import { bamfReleases, brokenRevision, revisionsOf, type BamfRelease } from "./releases";

const registry = "ghcr.io/mattrobinsonsre";
const busybox = "/bin/busybox";
const steady = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
/** Where the programs and the shell look for programs. */
const PATH = "/usr/local/bin:/usr/bin:/bin";
const account = "1000:1000";
const components = ["api", "bridge", "agent", "proxy", "web"] as const;
type Component = (typeof components)[number];

/** Name of the image with the client that opens tunnels, and the resource that sends back what it gets: arguments as for `bamf`. */
export const bamfClientImage = "gateways.local/bamf-client:1";

/** Name of a release's image. */
export const bamfImage = (component: Component, tag: string): string =>
  `${registry}/bamf-${component}:${tag}`;

/** A layer that lies in the archive's folder. */
interface Layer {
  readonly file: string;
  readonly digest: string;
}

interface Image {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly config: object;
}

/**
 * Writes the images of all of BAMF's releases the first time somebody asks for them; gives their archive by each of their names.
 *
 * Every image is made of the same few layers, without Docker: the program, a shell, and for the API Python with Alembic and the release's revisions.
 */
export async function bamfImages(settings: Settings): Promise<readonly ImageArchive[]> {
  const [binary, site] = await Promise.all([buildBamf(settings), pythonSite(settings)]);
  const here = await sourceKey([alembicFolder, pythonFolder]);
  const about = JSON.stringify([bamfReleases, await readFile(import.meta.filename, "utf8")]);
  const key = keyOf([binary, site, here, about]);
  const folder = await cachedFolder(settings.cache, "bamf-images", key, async (aside) => {
    const images = await imagesOf(aside, binary, site);
    await writeArchive(aside, images);
    await writeFile(join(aside, "names.json"), JSON.stringify(images.map(({ name }) => name)));
  });
  const names = JSON.parse(await readFile(join(folder, "names.json"), "utf8")) as string[];
  return names.map((name) => ({ name, tar: join(folder, "images.tar") }));
}

async function imagesOf(aside: string, binary: string, site: string): Promise<readonly Image[]> {
  const make = layersIn(aside);
  const program = await make("program", async (root) => {
    await put(binary, join(root, "usr/local/bin/bamf"), 0o755);
    await mkdir(join(root, "tmp"));
    await chmod(join(root, "tmp"), 0o1777);
  });
  const shell = await make("shell", async (root) => {
    await put(busybox, join(root, "bin/busybox"), 0o755);
    for (const name of ["sh", "sleep", "wget", "ls", "cat"])
      await symlink("busybox", join(root, "bin", name));
  });
  const snake = await make("python", (root) => fillPython(root, site));
  const images: Image[] = [
    {
      name: bamfClientImage,
      layers: [program, shell],
      config: { User: account, Env: [`PATH=${PATH}`], Entrypoint: ["/usr/local/bin/bamf"] },
    },
  ];
  for (const release of bamfReleases) {
    const schema = await make(release.tag, (root) => fillSchema(root, release));
    const env = envOf(release);
    for (const component of components) {
      const more = component === "api" ? [shell, snake, schema] : [shell];
      // The agent's image has no shell: nothing can be run in it.
      const layers = [program, ...(component === "agent" ? [] : more)];
      images.push({
        name: bamfImage(component, release.tag),
        layers,
        config: configOf(component, env),
      });
    }
  }
  return images;
}

const envOf = ({ tag, fault }: BamfRelease): readonly string[] => [
  `PATH=${PATH}`,
  `BAMF_LAB_RELEASE=${tag}`,
  ...(fault === undefined ? [] : [`BAMF_LAB_FAULT=${fault}`]),
];

/** As upstream: the API's own folder is not the one of its migrations (T-18), and an agent's arguments follow its program. */
function configOf(component: Component, env: readonly string[]): object {
  const program = ["/usr/local/bin/bamf", component];
  const python = ["PYTHONPATH=/app", "PYTHONUNBUFFERED=1", "PYTHONDONTWRITEBYTECODE=1"];
  const start = component === "agent" ? { Entrypoint: program } : { Cmd: program };
  // Upstream's runs as root, since it listens on port 443.
  if (component === "bridge") return { Env: env, ...start };
  if (component !== "api") return { User: account, Env: env, ...start };
  return { User: account, Env: [...env, ...python], WorkingDir: "/app", ...start };
}

/** Debian's Python without what only programmers need, the packages, and the two programs that Jobs call. */
async function fillPython(root: string, site: string): Promise<void> {
  const real = (await run("readlink", ["-f", python])).stdout;
  const name = real.slice(real.lastIndexOf("/") + 1);
  const library = `/usr/lib/${name}`;
  const left = new Set([
    "test",
    "idlelib",
    "lib2to3",
    "tkinter",
    "turtledemo",
    "ensurepip",
    "pydoc_data",
  ]);
  await cp(library, join(root, library), {
    recursive: true,
    filter: (path) =>
      !path.includes("__pycache__") &&
      !path.slice(library.length).startsWith("/config-") &&
      !left.has(path.slice(library.length + 1)),
  });
  const packages = `/usr/local/lib/${name}/dist-packages`;
  await cp(site, join(root, packages), {
    recursive: true,
    filter: (path) => !path.includes("__pycache__"),
  });
  const modules = [join(library, "lib-dynload"), site];
  const shared = (await Promise.all(modules.map(sharedObjects))).flat();
  for (const path of await librariesOf([real, ...shared])) await put(path, join(root, path), 0o755);
  // Compiled here once and not in each container; by hash, so that equal sources give equal files.
  const compile = ["-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"];
  await run(real, [...compile, "-s", root, "-p", "/", join(root, library), join(root, packages)]);
  await put(real, join(root, real), 0o755);
  await mkdir(join(root, "usr/local/bin"), { recursive: true });
  for (const alias of ["python", "python3"])
    await symlink(real, join(root, "usr/local/bin", alias));
  const script = `#!${real}\nimport sys\nfrom alembic.config import main\nsys.exit(main())\n`;
  await writeFile(join(root, "usr/local/bin/alembic"), script, { mode: 0o755 });
  await mkdir(join(root, "etc"));
  await writeFile(join(root, "etc/passwd"), "bamf:x:1000:1000::/app:/bin/sh\n");
}

const sharedObjects = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true }))
    .filter((path) => path.endsWith(".so"))
    .map((path) => join(folder, path));

/** Alembic's folder with the revisions up to the release's head, and the package that they import. */
async function fillSchema(root: string, release: BamfRelease): Promise<void> {
  const app = join(root, "app");
  await cp(join(pythonFolder, "bamf"), join(app, "bamf"), {
    recursive: true,
    filter: (path) => !path.includes("__pycache__"),
  });
  for (const file of ["alembic.ini", "env.py"])
    await put(join(alembicFolder, file), join(app, "alembic", file), 0o644);
  for (const revision of revisionsOf(release)) {
    const from = join(alembicFolder, revision === brokenRevision ? "broken" : "versions");
    const file = (await readdir(from)).find((name) => name.startsWith(`${revision}_`))!;
    await put(join(from, file), join(app, "alembic/versions", file), 0o644);
  }
}

async function put(from: string, to: string, mode: number): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  await chmod(to, mode);
}

/** Makes layers in a folder; equal files give an equal layer. */
const layersIn =
  (aside: string) =>
  async (name: string, fill: (root: string) => Promise<void>): Promise<Layer> => {
    const root = join(aside, `${name}.root`);
    await mkdir(root);
    await fill(root);
    const packed = join(aside, "packed.tar");
    await run("tar", [...steady, "-C", root, "-cf", packed, "."]);
    const digest = sha256(await readFile(packed));
    await rename(packed, join(aside, `${digest}.tar`));
    await run("rm", ["-rf", root]);
    return { file: `${digest}.tar`, digest };
  };

async function writeArchive(aside: string, images: readonly Image[]): Promise<void> {
  const manifest = [];
  const parts = new Set(images.flatMap(({ layers }) => layers.map(({ file }) => file)));
  for (const { name, layers, config } of images) {
    const text = JSON.stringify({
      created: "1970-01-01T00:00:00Z",
      architecture: process.arch === "arm64" ? "arm64" : "amd64",
      os: "linux",
      config: { ...config, Labels: { "gateways.image": name } },
      rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => `sha256:${digest}`) },
    });
    const file = `${sha256(text)}.json`;
    await writeFile(join(aside, file), text);
    parts.add(file);
    manifest.push({ Config: file, RepoTags: [name], Layers: layers.map((it) => it.file) });
  }
  await writeFile(join(aside, "manifest.json"), JSON.stringify(manifest));
  const all = ["manifest.json", ...parts];
  await run("tar", [...steady, "-C", aside, "-cf", join(aside, "images.tar"), ...all]);
  await run("rm", ["-f", ...all.map((name) => join(aside, name))]);
}

const sha256 = (content: Buffer | string): string =>
  createHash("sha256").update(content).digest("hex");
