import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { LOOK_SECONDS } from "../api/run-on-host";

/** Where the files of releases are: a folder of this machine, or a URL. `{version}` and `{asset}` stand for the release and the name of a file. */
export interface AssetsPlace {
  readonly url?: string | undefined;
  readonly folder?: string | undefined;
}

/** Name of the file with the sums of a release. Source: `sha256sum`; upstream's release workflow calls it so. */
export const CHECKSUMS = "checksums.txt";

const KIB = 1024;

/** Where one file of a release is. */
export function placeOfAsset(
  { url, folder }: AssetsPlace,
  release: string,
  asset: string,
): { readonly url: string } | { readonly path: string } {
  const named = (text: string) =>
    text.replaceAll("{version}", release).replaceAll("{asset}", asset);
  return url === undefined ? { path: join(named(folder ?? ""), asset) } : { url: named(url) };
}

/** Sums of a release by the names of its files. */
export type Sums = Readonly<Record<string, string>>;

/**
 * Reads the sums of a release.
 *
 * @throws Error in words if there is no such file, if it is none, such as an error page, or if it says two things of one file (T-31)
 */
export async function readSums(place: AssetsPlace, release: string): Promise<Sums> {
  const at = placeOfAsset(place, release, CHECKSUMS);
  const text =
    "path" in at
      ? await readFile(at.path, "utf8")
      : await ask(at.url, "GET").then((answer) => answer.text());
  return Object.fromEntries(readChecksums(text));
}

/**
 * Size of a file of a release, in KiB; undefined if its server does not say.
 *
 * @throws Error in words if there is none
 */
export async function sizeOfAsset(
  place: AssetsPlace,
  release: string,
  asset: string,
): Promise<number | undefined> {
  const at = placeOfAsset(place, release, asset);
  if ("path" in at) return Math.ceil((await stat(at.path)).size / KIB);
  const length = (await ask(at.url, "HEAD")).headers.get("content-length");
  return length === null ? undefined : Math.ceil(Number(length) / KIB);
}

async function ask(url: string, method: "GET" | "HEAD"): Promise<Response> {
  const signal = AbortSignal.timeout(LOOK_SECONDS * 1000);
  const answer = await fetch(url, { method, signal }).catch((error: unknown) => {
    throw new Error(`no answer from ${url}: ${reasonOf(error)}`);
  });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return answer;
}

/** What `fetch` knows is in the cause of its error. */
function reasonOf(error: unknown): string {
  const { cause } = error as { readonly cause?: unknown };
  return cause instanceof Error ? cause.message : String(error);
}

/**
 * Reads the text of a `checksums.txt`.
 *
 * @throws Error in words if it is none, such as an error page, or says two things of one file
 */
export function readChecksums(text: string): ReadonlyMap<string, string> {
  const sums = new Map<string, string>();
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  for (const line of lines) {
    const [, sum, name] = /^([0-9a-f]{64}) [ *](\S+)$/.exec(line.trimEnd()) ?? [];
    if (sum === undefined || name === undefined)
      throw new Error(
        `checksums.txt: found ${JSON.stringify(line.slice(0, 60))}; expected a sha256 and the name of a file in each line`,
      );
    if (sums.has(name) && sums.get(name) !== sum)
      throw new Error(`checksums.txt: two sums of ${name}`);
    sums.set(name, sum);
  }
  if (sums.size === 0) throw new Error("checksums.txt: found nothing in it");
  return sums;
}
