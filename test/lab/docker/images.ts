import { readFile } from "node:fs/promises";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { cachedFolder, exists, keyOf, sourceKey } from "../cache";
import { bringImages, type ImageArchive, type ImageStore } from "../cluster/images";
import { writeImage } from "../cluster/write-image";
import { daemonAt } from "../plugins/docker/daemon";
import { buildProduct, ensureImages } from "../products";
import { run } from "../run";
import type { Settings } from "../settings";
import { dockerHost, withHostLock } from "./host";
import { haproxyPlan } from "./images/haproxy";
import { postgresPlan } from "./images/postgres";
import { redisPlan } from "./images/redis";
import { hostFolder } from "./machine";
import { ensureDockerPrograms, programPath } from "./programs";

/** Name as Docker prints it: without the registry that it takes for granted. */
export const shortName = (name: string): string => name.replace(/^docker\.io\/(library\/)?/, "");

/**
 * Leaves every image that the lab has in the Docker host: all releases of the stand-in gateway and its migrations, PostgreSQL, Redis and HAProxy under the names
 * of the official ones. An archive whose images are there with the same content is left alone.
 *
 * @returns names of the images, as Docker prints them
 * @throws Error unless the Docker host runs
 */
export async function bringDockerImages(
  settings: Settings,
  report: (line: string) => void = () => undefined,
): Promise<readonly string[]> {
  const { signal } = new AbortController();
  await ensureDockerPrograms(report, signal);
  const binary = await buildProduct(settings, report, signal);
  const servers = await serverArchives(settings);
  const names = new Set(servers.map(({ name }) => name));
  // The cluster has the client programs alone under the name of PostgreSQL's image, and needs no more.
  const products = (await ensureImages(settings, binary)).filter(({ name }) => !names.has(name));
  const images = [...products, ...servers];
  await withHostLock(settings, report, () =>
    bringImages(hostFolder(settings), dockerStore(settings), images),
  );
  return images.map(({ name }) => shortName(name));
}

/** Archives of the images of servers, made of this machine's own programs and kept in the cache. */
async function serverArchives(settings: Settings): Promise<readonly ImageArchive[]> {
  const sources = join(import.meta.dirname, "images");
  const plans = {
    postgres: postgresPlan(await versionOf("/usr/lib/postgresql/15/bin/postgres", "--version")),
    redis: redisPlan(await versionOf("/usr/bin/redis-server", "--version")),
    haproxy: haproxyPlan(await versionOf(await programPath("haproxy"), "-v")),
  };
  const key = await sourceKey(
    [sources],
    [
      ...Object.values(plans).map(({ name, config }) => keyOf([name, JSON.stringify(config)])),
      await readFile(join(import.meta.dirname, "../cluster/write-image.ts"), "utf8"),
    ],
  );
  const folder = await cachedFolder(settings.cache, "docker-images", key, async (aside) => {
    for (const [file, plan] of Object.entries(plans))
      await writeImage(join(aside, `${file}.tar`), plan);
  });
  return Object.entries(plans).map(([file, { name }]) => ({
    name,
    tar: join(folder, `${file}.tar`),
  }));
}

/** The first version in what a program says of itself. */
async function versionOf(program: string, flag: string): Promise<string> {
  if (!(await exists(program))) throw new Error(`${program} is missing. Fix: npm run lab -- up`);
  const { stdout } = await run(program, [flag]);
  return /\d+(\.\d+)+/.exec(stdout)?.[0] ?? "";
}

interface ListedImage {
  readonly RepoTags: readonly string[] | null;
}

function dockerStore(settings: Settings): ImageStore {
  const daemon = daemonAt(dockerHost(settings).url);
  return {
    names: async () => {
      const listed = (await daemon.must("GET", "/images/json")) as readonly ListedImage[];
      return new Set(listed.flatMap(({ RepoTags }) => RepoTags ?? []));
    },
    nameOf: shortName,
    load: async (archive) => {
      const said = await daemon.must("POST", "/images/load?quiet=1", {
        archive: createReadStream(archive),
      });
      // It answers with success before it has looked into the archive.
      const error = /"error":"([^"]*)"/.exec(JSON.stringify(said).replaceAll('\\"', '"'))?.[1];
      if (error !== undefined) throw new Error(`${archive}: ${error}`);
    },
  };
}
