import { createHash } from "node:crypto";

/** Smallest part of an upload in bytes: large enough that 10,000 of them, which is the most, hold 160 GB. */
const smallestPart = 16 * 1024 ** 2;

/** Parts that a dump of the expected size is cut into: far less than the 10,000 that S3 allows, so that it may outgrow what was expected. */
const fewEnough = 2500;

/** Bytes of each part of an upload but the last. */
export const partSizeFor = (expected: number): number =>
  Math.max(smallestPart, Math.ceil(expected / fewEnough));

/** What a bucket has to tell of a whole object. */
export interface PartSums {
  readonly bytes: number;
  /** Base64 of the SHA-256 of the object, or, where it came in parts, of the SHA-256 of the parts', with `-<parts>` behind it. */
  readonly checksum: string;
}

/**
 * Adds up what is uploaded in parts of one size, as the bucket does.
 *
 * Source: Amazon S3, checking object integrity: the checksum of a multipart upload is one of its parts' checksums ("composite").
 */
export function partSums(partSize: number) {
  const whole = createHash("sha256");
  const finished: Buffer[] = [];
  let part = createHash("sha256");
  let bytes = 0;
  return {
    add(chunk: Buffer): void {
      whole.update(chunk);
      for (let rest = chunk; rest.length > 0;) {
        const inPart = bytes % partSize;
        const taken = rest.subarray(0, partSize - inPart);
        part.update(taken);
        bytes += taken.length;
        rest = rest.subarray(taken.length);
        if (bytes % partSize > 0) continue;
        finished.push(part.digest());
        part = createHash("sha256");
      }
    },
    sums(): PartSums {
      const parts = bytes % partSize === 0 ? finished : [...finished, part.digest()];
      if (parts.length <= 1) return { bytes, checksum: whole.digest("base64") };
      const composite = createHash("sha256").update(Buffer.concat(parts)).digest("base64");
      return { bytes, checksum: `${composite}-${parts.length}` };
    },
  };
}
