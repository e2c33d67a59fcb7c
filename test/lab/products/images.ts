import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { releases, type StandIn } from "./releases";
import { packTar, type TarEntry } from "./tar";

/** Where the parts of the images are and where the archive goes. */
export interface ImageParts {
  /** The static binary of ./cmd/product. */
  readonly binary: string;
  /** A static busybox. */
  readonly busybox: string;
  /** Folder of the archive; made if need be. */
  readonly out: string;
}

/** An image by its name and the archive that holds it. Several images share one archive. */
export interface BuiltImage {
  /** `ghcr.io/mnemom/gateway:1.1.0` */
  readonly name: string;
  readonly tar: string;
}

/** Name of the image that holds the namespaces of a pod (the runtime's sandbox image). */
export const pauseImage = "gateways.local/pause:1";

/** Name of the image whose program sends requests: arguments as for `product load`. */
export const loadImage = "gateways.local/load:1";

/** Name of the image with the REST service in front of a database: `DATABASE_URL` names it, arguments as for `product supabase`. */
export const supabaseImage = "gateways.local/supabase:1";

interface Layer {
  readonly id: string;
  readonly tar: Buffer;
}

interface Image {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly entrypoint: readonly string[];
  readonly command?: readonly string[];
  /** How a Docker daemon finds out whether it is well; Kubernetes passes over it. */
  readonly health?: object;
}

const links = ["sh", "sleep", "wget", "ls", "cat"];

/** Source: mnemom/smoltbot@33f9a5a:deploy/docker/Dockerfile.gateway (HEALTHCHECK). Durations in nanoseconds. */
const HEALTH = {
  Test: ["CMD-SHELL", "wget -qO- http://localhost:8787/health/live || exit 1"],
  Interval: 30e9,
  Timeout: 5e9,
  StartPeriod: 10e9,
  Retries: 3,
};

/**
 * Writes every image of the lab into one archive of docker's format, which both `ctr images import` and
 * `docker load` read, and names them. Equal parts give equal bytes; an archive is complete or absent.
 */
export async function buildImages(parts: ImageParts): Promise<readonly BuiltImage[]> {
  const program = layer([
    folder("app/"),
    { path: "app/product", mode: 0o755, content: await readFile(parts.binary) },
    { path: "app/tini", linkTo: "product" },
  ]);
  const shell = layer([
    folder("bin/"),
    { path: "bin/busybox", mode: 0o755, content: await readFile(parts.busybox) },
    ...links.map((name): TarEntry => ({ path: `bin/${name}`, linkTo: "busybox" })),
    { path: "tmp/", mode: 0o1777 },
  ]);
  const ofReleases = await Promise.all(releases.map((it) => imagesOf(it, [shell, program])));
  const images = [
    { name: pauseImage, layers: [program], entrypoint: ["/app/product", "pause"] },
    { name: loadImage, layers: [program], entrypoint: ["/app/product", "load"] },
    { name: supabaseImage, layers: [program], entrypoint: ["/app/product", "supabase"] },
    ...ofReleases.flat(),
  ];
  const tar = join(parts.out, "images.tar");
  await mkdir(parts.out, { recursive: true });
  await writeFile(`${tar}.part`, archive(images));
  await rename(`${tar}.part`, tar);
  return images.map(({ name }) => ({ name, tar }));
}

/** The gateway image starts its program through tini, as upstream's does; the migrate image is its script. */
async function imagesOf(release: StandIn, base: readonly Layer[]): Promise<readonly Image[]> {
  const { migrations, version, ...about } = release;
  const text = JSON.stringify({ version, ...about });
  const described = layer([
    folder("etc/"),
    folder("etc/product/"),
    { path: "etc/product/release.json", mode: 0o644, content: Buffer.from(text) },
  ]);
  const files = await Promise.all(migrations.map(filesOf));
  const schema = layer([
    folder("app/database/"),
    folder("app/database/migrations/"),
    ...files.flat(),
  ]);
  return [
    {
      name: `ghcr.io/mnemom/gateway:${version}`,
      layers: [...base, described],
      entrypoint: ["/app/tini", "--"],
      command: ["/app/product", "gateway"],
      health: HEALTH,
    },
    {
      name: `ghcr.io/mnemom/migrate:v${version}`,
      layers: [...base, schema],
      entrypoint: ["/app/product", "migrate"],
    },
  ];
}

async function filesOf(release: string): Promise<readonly TarEntry[]> {
  const from = join(import.meta.dirname, "migrations", release);
  const names = (await readdir(from)).sort();
  return Promise.all(
    names.map(async (name) => ({
      path: `app/database/migrations/${name}`,
      mode: 0o644,
      content: await readFile(join(from, name)),
    })),
  );
}

function archive(images: readonly Image[]): Buffer {
  const configs = images.map((image) => {
    const content = Buffer.from(JSON.stringify(configOf(image)));
    return { path: `${sha256(content)}.json`, mode: 0o644, content };
  });
  const layers = new Map(images.flatMap((image) => image.layers).map((it) => [it.id, it.tar]));
  const manifest = images.map((image, index) => ({
    Config: configs[index]!.path,
    RepoTags: [image.name],
    Layers: image.layers.map(({ id }) => `${id}.tar`),
  }));
  return packTar([
    ...[...layers].map(([id, content]) => ({ path: `${id}.tar`, mode: 0o644, content })),
    ...configs,
    { path: "manifest.json", mode: 0o644, content: Buffer.from(JSON.stringify(manifest)) },
  ]);
}

const configOf = (image: Image): object => ({
  created: "1970-01-01T00:00:00Z",
  architecture: process.arch === "arm64" ? "arm64" : "amd64",
  os: "linux",
  config: {
    User: "65534:65534",
    Env: ["PATH=/app:/bin"],
    WorkingDir: "/app",
    Entrypoint: image.entrypoint,
    ...(image.command && { Cmd: image.command }),
    ...(image.health && { Healthcheck: image.health }),
    Labels: { "gateways.image": image.name },
  },
  rootfs: { type: "layers", diff_ids: image.layers.map(({ id }) => `sha256:${id}`) },
});

const folder = (path: string): TarEntry => ({ path, mode: 0o755 });

function layer(entries: readonly TarEntry[]): Layer {
  const tar = packTar(entries);
  return { id: sha256(tar), tar };
}

const sha256 = (content: Buffer): string => createHash("sha256").update(content).digest("hex");
