import { randomInt } from "node:crypto";
import { Readable } from "node:stream";
import { Upload } from "@aws-sdk/lib-storage";
import { within } from "../../postgres/within";
import { StepFailure } from "../../upgrade/step-io";
import { dumpName, isNameOf, type DumpTitle } from "../dump-name";
import { manifestPath, manifestSchema } from "../manifest";
import { dumpOfPartial, isOfDeadRun, partialName } from "../partial-file";
import type { Bucket } from "./bucket";
import { BucketClient, type BucketEntry, type BucketUpload } from "./bucket-client";
import type { DraftOptions, DumpDraft, DumpStore } from "./dump-store";
import { partSizeFor, partSums, type PartSums } from "./part-sums";

/** Parts that are on their way at once, each held in memory. */
const AT_ONCE = 3;

/** Longest wait for a store to forget a dump that went wrong, in seconds: who asks a step to end does not wait for ever. */
const longestLookSeconds = 30;

const day = 24 * 60 * 60 * 1000;

/**
 * Dumps in a bucket. A mark tells of every dump that is being written whose run it is, so that the next run knows what a dead one has left:
 * an upload without its end, or a dump without its manifest.
 */
export function bucketStore(place: Bucket, env: NodeJS.ProcessEnv): DumpStore {
  const bucket = new BucketClient(place, env);
  const placeOf = (name: string): string => `${bucket.words}/${name}`;
  const remove = async (name: string): Promise<void> => {
    await bucket.remove(manifestPath(name));
    await bucket.remove(name);
  };
  return {
    words: bucket.words,
    place: placeOf,
    freeBytes: () => Promise.resolve(undefined),
    prepare: (prefix) => clean(bucket, prefix),
    list: async (signal) => {
      const names = new Set((await bucket.list(signal)).map(({ name }) => name));
      return [...names].filter((name) => names.has(manifestPath(name)));
    },
    readManifest: (name, signal) => bucket.readText(manifestPath(name), signal),
    judge: async (name) => {
      for (const one of [name, manifestPath(name)]) {
        const found = await bucket.look(one);
        if (found === undefined) throw new StepFailure(`${placeOf(one)} is not there`, fix);
        if (found.bytes === 0) throw new StepFailure(`${placeOf(one)} is empty`, fix);
      }
    },
    open: (name, signal) => bucket.read(name, signal),
    withDraft: async (title, options, work) => {
      const { name, mark } = await claim(bucket, title);
      const draft = draftOf(bucket, name, options);
      try {
        const done = await work(draft);
        // The next run removes it, where this does not.
        await bucket.remove(mark).catch(() => undefined);
        return done;
      } catch (error) {
        // Where this fails, too, the mark stays, and a later run cleans up.
        await within(longestLookSeconds, bucket.words, async () => {
          await discard(bucket, name);
          await bucket.remove(mark);
        }).catch(() => undefined);
        throw error;
      }
    },
    writeBeside: async (name, content, options) => {
      judgeStored(
        placeOf(name),
        await upload(bucket, name, content, options),
        await bucket.look(name),
      );
      return placeOf(name);
    },
    remove,
  };
}

const fix = "name a dump of the store that has its manifest beside it";

/** Takes a name that nobody else has, and leaves a mark of it. */
async function claim(
  bucket: BucketClient,
  title: DumpTitle,
  nth = 1,
): Promise<{ readonly name: string; readonly mark: string }> {
  const name = dumpName(title, nth);
  const mark = partialName(name);
  await bucket.write(mark, "");
  const isOurs = (other: string): boolean =>
    other === name || other === manifestPath(name) || dumpOfPartial(other) === name;
  const others = (await bucket.list()).filter((other) => other.name !== mark);
  if (!others.some((other) => isOurs(other.name))) return { name, mark };
  await bucket.remove(mark);
  // Whoever was there at the same moment has seen this mark, and moves on as well: not to the same number.
  return claim(bucket, title, randomInt(2, 100_000));
}

/** Removes what killed runs have left of dumps of this prefix: uploads that never ended, and dumps that never got a manifest. */
async function clean(bucket: BucketClient, prefix: string): Promise<void> {
  const entries = await bucket.list();
  const { dead, forgotten } = leftByDeadRuns(prefix, entries, await bucket.uploads(prefix));
  for (const mark of dead) {
    const name = dumpOfPartial(mark) ?? "";
    if (!entries.some((entry) => entry.name === manifestPath(name))) await discard(bucket, name);
    await bucket.remove(mark);
  }
  for (const upload of forgotten) await bucket.abort(upload);
}

/** Chooses the marks of runs that are over, and uploads of a day ago that bear no mark. What another stack has begun is not among them, though its name may begin alike. */
export function leftByDeadRuns(
  prefix: string,
  entries: readonly BucketEntry[],
  uploads: readonly BucketUpload[],
): { readonly dead: readonly string[]; readonly forgotten: readonly BucketUpload[] } {
  const marks = entries.filter(({ name }) => isNameOf(prefix, name) && dumpOfPartial(name));
  const known = marks.map(({ name }) => dumpOfPartial(name));
  return {
    dead: marks
      .filter(({ name, changed }) => isOfDeadRun(name, changed))
      .map(({ name: mark }) => mark),
    forgotten: uploads
      .filter(({ name }) => isNameOf(prefix, name) && !known.includes(name))
      .filter(({ begun }) => begun !== undefined && Date.now() - begun > day),
  };
}

/** Removes all that there is of a dump. */
async function discard(bucket: BucketClient, name: string): Promise<void> {
  await bucket.remove(manifestPath(name));
  for (const upload of await bucket.uploads(name))
    if (upload.name === name) await bucket.abort(upload);
  await bucket.remove(name);
}

function draftOf(bucket: BucketClient, name: string, options: DraftOptions): DumpDraft {
  const words = `${bucket.words}/${name}`;
  return {
    words,
    write: async (content) => {
      const sums = await upload(bucket, name, content, options);
      const found = await bucket.look(name, options.signal);
      return judgeStored(words, sums, found);
    },
    open: () => bucket.read(name, options.signal),
    writeManifest: async (manifest) => {
      const complete = manifestSchema.parse({ ...manifest, path: words });
      await bucket.write(manifestPath(name), `${JSON.stringify(complete, null, 2)}\n`);
      return complete;
    },
  };
}

/** Sends it in parts as it comes, each with its checksum, which the bucket compares and keeps. */
async function upload(
  bucket: BucketClient,
  name: string,
  content: Readable,
  { expected, signal }: DraftOptions,
): Promise<PartSums> {
  const partSize = partSizeFor(expected);
  const added = partSums(partSize);
  async function* counted() {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      added.add(chunk);
      yield chunk;
    }
  }
  const abortController = new AbortController();
  const stop = (): void => {
    abortController.abort();
  };
  signal?.addEventListener("abort", stop, { once: true });
  const params = {
    ...bucket.at(name),
    Body: Readable.from(counted()),
    ChecksumAlgorithm: "SHA256" as const,
  };
  try {
    const { client } = bucket;
    await bucket.orFailure(() =>
      new Upload({ client, params, partSize, queueSize: AT_ONCE, abortController }).done(),
    );
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  return added.sums();
}

/**
 * Compares what was sent with what the bucket says of it, and returns its checksum.
 *
 * @throws StepFailure
 */
export function judgeStored(
  words: string,
  sent: PartSums,
  found: { readonly bytes: number; readonly checksum: string | undefined } | undefined,
): string | undefined {
  const again = "run this again; if it differs again, do not trust this store with a backup";
  if (found === undefined) throw new StepFailure(`${words} was sent and is not there`, again);
  if (found.bytes !== sent.bytes)
    throw new StepFailure(`${words} has ${found.bytes} bytes, and ${sent.bytes} were sent`, again);
  if (found.checksum !== undefined && found.checksum !== sent.checksum)
    throw new StepFailure(
      `${words} has the checksum ${found.checksum}, and ${sent.checksum} was sent`,
      again,
    );
  return found.checksum;
}
