import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { Lab } from "./lab";

/** A bucket of the lab's own server, looked at with eyes of its own: not through the program. */
export interface LabBucket {
  /** What `backup.store` of the stack file says of it. */
  readonly place: {
    readonly bucket: string;
    readonly region: string;
    readonly endpoint: string;
    readonly prefix: string;
    readonly pathStyle: true;
  };
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Keys of its objects, in order. */
  readonly keys: () => Promise<readonly string[]>;
  /** Keys of uploads that have not ended. */
  readonly uploads: () => Promise<readonly string[]>;
  readonly read: (key: string) => Promise<Buffer>;
  readonly write: (key: string, content: Buffer | string) => Promise<void>;
  readonly erase: (key: string) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** Makes a bucket for one test. */
export async function makeBucket(
  { url: endpoint, keyId, secret }: Lab["buckets"],
  Bucket: string,
): Promise<LabBucket> {
  const credentials = { accessKeyId: keyId, secretAccessKey: secret };
  const region = "us-east-1";
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
  const client = new S3Client({
    region,
    endpoint,
    forcePathStyle: true,
    credentials: { ...credentials },
  });
  await client.send(new CreateBucketCommand({ Bucket }));
  const keys = async (): Promise<readonly string[]> => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
    return Contents.map(({ Key = "" }) => Key).sort();
  };
  const erase = async (Key: string): Promise<void> => {
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
  };
  return {
    place: { bucket: Bucket, region, endpoint, prefix: "gateways/prod", pathStyle: true },
    credentials,
    keys,
    uploads: async () => {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
      return Uploads.map(({ Key = "" }) => Key);
    },
    read: async (Key) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    write: async (Key, content) => {
      const Body = Buffer.from(content);
      await client.send(new PutObjectCommand({ Bucket, Key, Body }));
    },
    erase,
    remove: async () => {
      for (const key of await keys()) await erase(key);
      await client.send(new DeleteBucketCommand({ Bucket }));
      client.destroy();
    },
  };
}
