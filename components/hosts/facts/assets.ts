import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { LOOK_SECONDS } from "../api/run-on-host";
import { patientSignal } from "../../upgrade/patience";

/** Where the files of releases are: a folder of this machine, or a URL. `{version}` and `{asset}` stand for the release and the name of a file. */
export interface AssetsPlace {
  readonly url?: string | undefined;
  readonly folder?: string | undefined;
}

/** Name of the file with the sums of a release. Source: `sha256sum`; upstream's release workflow calls it so. */
const CHECKSUMS = "checksums.txt";

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
      : await ask(at.url).then((answer) => answer.text());
  return Object.fromEntries(readChecksums(text));
}

/**
 * Size of a file of a release, in KiB; undefined if its server does not say. Only the beginning of the file is read.
 *
 * @throws Error in words if there is none, or if what is there is no program, such as an error page with status 200 (T-31)
 */
export async function sizeOfAsset(
  place: AssetsPlace,
  release: string,
  asset: string,
): Promise<number | undefined> {
  const at = placeOfAsset(place, release, asset);
  const { bytes, start } = await ("path" in at ? beginningOf(at.path) : beginningAt(at.url));
  if (!PROGRAMS.some((mark) => start.toString("latin1").startsWith(mark)))
    throw new Error(
      `${"path" in at ? at.path : at.url} is no program, such as an error page: it begins with ${JSON.stringify(start.toString("latin1").slice(0, 40))}`,
    );
  return bytes === undefined ? undefined : Math.ceil(bytes / KIB);
}

/** First bytes of programs: of Linux, of macOS for one machine and for several, and of what a shell runs. Source: elf(5), Mach-O `loader.h` and `fat.h`, execve(2) */
const PROGRAMS = ["\x7fELF", "\xcf\xfa\xed\xfe", "\xca\xfe\xba\xbe", "#!"];

/** As much of a file as tells what it is. */
const START_BYTES = 64;

interface Beginning {
  /** Size of the whole file; undefined if nobody says. */
  readonly bytes: number | undefined;
  readonly start: Buffer;
}

async function beginningOf(path: string): Promise<Beginning> {
  const file = await open(path, "r");
  try {
    const [{ size }, { buffer, bytesRead }] = await Promise.all([
      file.stat(),
      file.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0),
    ]);
    return { bytes: size, start: buffer.subarray(0, bytesRead) };
  } finally {
    await file.close();
  }
}

/** As hosts fetch it, by GET; of a server that sends all of it no more is taken. Source: RFC 9110, 14.2: a server may ignore Range. */
async function beginningAt(url: string): Promise<Beginning> {
  const answer = await ask(url, { Range: `bytes=0-${START_BYTES - 1}` });
  const whole =
    answer.status === PARTIAL
      ? /\/(\d+)$/.exec(answer.headers.get("content-range") ?? "")?.[1]
      : answer.headers.get("content-length");
  const reader = answer.body?.getReader();
  let start = Buffer.alloc(0);
  while (start.length < START_BYTES) {
    const part = await reader?.read();
    if (part?.value === undefined) break;
    start = Buffer.concat([start, part.value]);
  }
  await reader?.cancel();
  return { bytes: whole == null ? undefined : Number(whole), start };
}

/** Status of an answer that holds a part. */
const PARTIAL = 206;

async function ask(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const signal = patientSignal(LOOK_SECONDS * 1000);
  const answer = await fetch(url, { headers, signal }).catch((error: unknown) => {
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
    const [, found, name] = /^([0-9a-f]{64}) [ *](?:\.\/)?(\S+)$/i.exec(line.trimEnd()) ?? [];
    if (found === undefined || name === undefined)
      throw new Error(
        `checksums.txt: found ${JSON.stringify(line.slice(0, 60))}; expected a sha256 and the name of a file in each line`,
      );
    // As Windows writes it.
    const sum = found.toLowerCase();
    if (sums.has(name) && sums.get(name) !== sum)
      throw new Error(`checksums.txt: two sums of ${name}`);
    sums.set(name, sum);
  }
  if (sums.size === 0) throw new Error("checksums.txt: found nothing in it");
  return sums;
}
