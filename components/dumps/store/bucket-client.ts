import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { Readable } from "node:stream";
import { z } from "zod";
import { StepFailure } from "../../upgrade/step-io";
import type { Bucket } from "./bucket";
import { bucketFailure } from "./bucket-failure";

/** Credentials that the stack file gives, as a step gets them in BACKUP_CREDENTIALS. */
const credentialsSchema = z.strictObject({
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  sessionToken: z.string().optional(),
});

/** An object of a bucket. */
export interface BucketEntry {
  readonly name: string;
  /** When it was last changed, in milliseconds since the epoch. */
  readonly changed: number | undefined;
}

/** What a bucket says of an object without sending it. */
export interface BucketObject {
  readonly bytes: number;
  /** Base64 of SHA-256; undefined if the bucket keeps none. */
  readonly checksum: string | undefined;
}

/** An upload that was begun and not finished. */
export interface BucketUpload {
  readonly name: string;
  readonly id: string | undefined;
  /** Milliseconds since the epoch. */
  readonly begun: number | undefined;
}

/** Who does not answer is not waited for; in milliseconds. A part on its way may take long, and is never silent for so long. */
const TIMEOUTS = { connectionTimeout: 5000, socketTimeout: 60_000 };

/** The calls that a store of dumps makes. Names are keys without the prefix. Every call throws a StepFailure in words. */
export class BucketClient {
  /** For messages: `s3://dumps/gateways`. */
  readonly words: string;
  /** For uploads. */
  readonly client: S3Client;
  private readonly start: string;

  /** Asks nobody yet. */
  constructor(
    private readonly place: Bucket,
    env: NodeJS.ProcessEnv,
  ) {
    const { bucket, prefix, region, endpoint, pathStyle = false } = place;
    this.start = prefix === undefined ? "" : `${prefix}/`;
    this.words = `s3://${bucket}${prefix === undefined ? "" : `/${prefix}`}`;
    // What it says of Node's age is no news of this upgrade.
    process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
    this.client = new S3Client({
      region,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...credentialsIn(env),
      forcePathStyle: pathStyle,
      requestHandler: TIMEOUTS,
      // The dump brings its own SHA-256; what the SDK adds by itself not every store understands.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    });
  }

  /** Bucket and key of an object. */
  at(name: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.place.bucket, Key: `${this.start}${name}` };
  }

  list(signal?: AbortSignal): Promise<readonly BucketEntry[]> {
    return this.orFailure(async () => {
      const found: BucketEntry[] = [];
      const { client } = this;
      const query = { ...this.below(""), Delimiter: "/" };
      for await (const page of paginateListObjectsV2({ client }, query, stop(signal))) {
        if (page.Name === undefined) throw noStore(this.words);
        for (const { Key, LastModified } of page.Contents ?? [])
          found.push({ name: this.nameOf(Key), changed: LastModified?.getTime() });
      }
      return found;
    });
  }

  read(name: string, signal?: AbortSignal): Promise<Readable> {
    return this.orFailure(async () => {
      const { Body } = await this.client.send(new GetObjectCommand(this.at(name)), stop(signal));
      return Body as Readable;
    });
  }

  /** Undefined if there is no such object. */
  readText(name: string, signal?: AbortSignal): Promise<string | undefined> {
    return this.toldOrGone(async () => {
      const { Body } = await this.client.send(new GetObjectCommand(this.at(name)), stop(signal));
      return Body?.transformToString("utf8");
    });
  }

  /** Undefined if there is no such object. */
  look(name: string, signal?: AbortSignal): Promise<BucketObject | undefined> {
    return this.toldOrGone(async () => {
      const command = new HeadObjectCommand({ ...this.at(name), ChecksumMode: "ENABLED" });
      const { ContentLength, ChecksumSHA256 } = await this.client.send(command, stop(signal));
      return { bytes: ContentLength ?? 0, checksum: ChecksumSHA256 };
    });
  }

  async write(name: string, text: string): Promise<void> {
    const object = { ...this.at(name), Body: Buffer.from(text) };
    await this.orFailure(() =>
      this.client.send(new PutObjectCommand({ ...object, ChecksumAlgorithm: "SHA256" })),
    );
  }

  /** Good, too, if there is no such object. */
  async remove(name: string): Promise<void> {
    await this.orFailure(() => this.client.send(new DeleteObjectCommand(this.at(name))));
  }

  /** Uploads that were begun and not finished, of names that begin like this. */
  uploads(beginning: string): Promise<readonly BucketUpload[]> {
    return this.orFailure(async () => {
      const found: BucketUpload[] = [];
      let from: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
      for (let more = true; more;) {
        const page = await this.client.send(
          new ListMultipartUploadsCommand({ ...this.below(beginning), ...from }),
        );
        for (const { Key, UploadId, Initiated } of page.Uploads ?? [])
          found.push({ name: this.nameOf(Key), id: UploadId, begun: Initiated?.getTime() });
        from = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
        more = page.IsTruncated === true;
      }
      return found;
    });
  }

  /** Ends an upload and removes its parts; good, too, where it is over. */
  async abort({ name, id }: BucketUpload): Promise<void> {
    await this.toldOrGone(() =>
      this.client.send(new AbortMultipartUploadCommand({ ...this.at(name), UploadId: id })),
    );
  }

  /** Does work with the bucket, and says in words what went wrong. */
  async orFailure<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof StepFailure ? error : bucketFailure(this.words, error);
    }
  }

  /** What is not there is an answer; that there is no such bucket is none. */
  private toldOrGone<T>(work: () => Promise<T>): Promise<T | undefined> {
    return this.orFailure(() =>
      work().catch((error: unknown) => {
        if (GONE.includes((error as Error).name)) return undefined;
        throw error;
      }),
    );
  }

  private below(beginning: string): { readonly Bucket: string; readonly Prefix: string } {
    return { Bucket: this.place.bucket, Prefix: `${this.start}${beginning}` };
  }

  private nameOf(key = ""): string {
    return key.slice(this.start.length);
  }
}

/** `NotFound` is what a look says, which has no words; a bucket that is not there says the same to a look alone. */
const GONE: readonly string[] = ["NoSuchKey", "NotFound", "NoSuchUpload"];

/** A page of a login, or an empty answer, is well-formed and lists nothing: every real list tells the name of its bucket. */
const noStore = (words: string): StepFailure =>
  new StepFailure(
    `${words} is not listed: what answers is no S3 store`,
    "correct endpoint and pathStyle of backup.store, or see which proxy answers in its place",
  );

const stop = (abortSignal?: AbortSignal) => (abortSignal === undefined ? {} : { abortSignal });

/** Without an entry the SDK looks where it always does: environment, profile, web identity, the machine's own role. */
function credentialsIn(env: NodeJS.ProcessEnv) {
  const text = env["BACKUP_CREDENTIALS"];
  if (text === undefined || text === "") return {};
  const { sessionToken, ...key } = readCredentials(text);
  return { credentials: { ...key, ...(sessionToken === undefined ? {} : { sessionToken }) } };
}

/** What is wrong with them is not quoted: it would be a secret. */
function readCredentials(text: string): z.output<typeof credentialsSchema> {
  try {
    return credentialsSchema.parse(JSON.parse(text));
  } catch {
    throw new StepFailure(
      "BACKUP_CREDENTIALS holds no credentials of a bucket",
      "hand them to the step as JSON: accessKeyId, secretAccessKey, and sessionToken if there is one",
    );
  }
}
