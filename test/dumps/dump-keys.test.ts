import { randomBytes } from "node:crypto";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { beforeAll, describe, expect, test } from "vitest";
import {
  keysToDecrypt,
  keysToEncrypt,
  lockedFor,
  readKeys,
  type DumpKeys,
} from "../../components/dumps/dump-keys";
import { compressionOf, dumpName } from "../../components/dumps/dump-name";
import { readDump } from "../../components/dumps/read-dump";
import { redactorOf } from "../../components/upgrade/redact";

let ours: string;
let theirs: string;
let keys: DumpKeys;
/** Larger than one of age's chunks, and no whole number of them. */
const archive = randomBytes(200_001);
beforeAll(async () => {
  [ours, theirs] = await Promise.all([generateX25519Identity(), generateX25519Identity()]);
  keys = await keysToEncrypt({ BACKUP_KEY: ours });
});

const encrypted = async () => buffer(await keys.encrypt(Readable.from([gzipSync(archive)])));
const read = (content: Buffer, by: DumpKeys | undefined) =>
  readDump({
    words: "a.dump.gz.age",
    content: Readable.from([content.subarray(0, 70_000), content.subarray(70_000)]),
    compression: "gzip",
    keys: by,
    env: {},
  });

describe("an encrypted dump", () => {
  test("is read back as it was, and told by its bytes as they lie", async () => {
    const content = await encrypted();
    expect(content.includes("age-encryption.org/v1")).toBe(true);
    const { bytes, archive: inside } = await read(content, keys);
    expect([bytes, inside.bytes]).toEqual([content.length, archive.length]);
  });

  test("of which a byte has changed, or the end is missing, is damaged (T-13)", async () => {
    const content = await encrypted();
    const changed = Buffer.from(content);
    changed[content.length - 40]! ^= 1;
    await expect(read(changed, keys)).rejects.toThrow("a.dump.gz.age is damaged: ");
    await expect(read(content.subarray(0, -30), keys)).rejects.toThrow("is damaged: ");
  });

  test("is opened by no other key, and by none", async () => {
    const other = await readKeys({ BACKUP_KEY: theirs });
    await expect(read(await encrypted(), other)).rejects.toThrow(/no identity matched/);
    await expect(read(await encrypted(), undefined)).rejects.toThrow();
  });

  test("does not end well where its source breaks off", async () => {
    const broken = new PassThrough();
    const reading = buffer(await keys.encrypt(broken));
    broken.write("half");
    broken.destroy(new Error("pg_dump is gone"));
    await expect(reading).rejects.toThrow("pg_dump is gone");
  });
});

describe("before a dump is read", () => {
  const manifest = async (identity: string) => ({
    path: "s3://dumps/a.dump.gz.age",
    encryption: { scheme: "age" as const, recipient: await identityToRecipient(identity) },
  });

  test("a key that fits is found, also a former one below the one in use", async () => {
    const env = { BACKUP_KEY: `# created: today\n${ours}\n\n${theirs}\n` };
    const found = await keysToDecrypt(await manifest(theirs), env);
    expect(found?.recipients).toHaveLength(2);
    expect(found?.recipients[0]).toBe(await identityToRecipient(ours));
    expect(await keysToDecrypt({ path: "a", encryption: undefined }, {})).toBeUndefined();
  });

  test("a missing or wrong key is one error that names both recipients and no key (law 6)", async () => {
    const { path, encryption } = await manifest(theirs);
    const refusal = async (env: NodeJS.ProcessEnv) =>
      keysToDecrypt({ path, encryption }, env).then(String, String);
    expect(await refusal({})).toContain(
      `${path} is encrypted for ${encryption.recipient}, and no key is given. Fix: set the secret`,
    );
    const wrong = await refusal({ BACKUP_KEY: ours });
    expect(wrong).toContain(`and the key here is of ${await identityToRecipient(ours)}. Fix: `);
    expect(wrong).not.toContain(ours);
    expect(lockedFor({ encryption }, keys)).toBe(encryption.recipient);
    expect(lockedFor({ encryption: undefined }, undefined)).toBeUndefined();
  });
});

test("where dumps are to be encrypted and there is no key, none is written", async () => {
  await expect(keysToEncrypt({})).rejects.toThrow("dumps are to be encrypted, and no key is given");
  await expect(keysToEncrypt({ BACKUP_KEY: "# a comment alone" })).rejects.toThrow("no key");
});

test("a key that is none is refused without being shown, and hidden wherever a step speaks (law 6)", async () => {
  const mistyped = `${ours.slice(0, -1)}${ours.endsWith("Q") ? "P" : "Q"}`;
  const said = await readKeys({ BACKUP_KEY: mistyped }).then(String, String);
  expect(said).toContain("is no age identity. Fix: ");
  expect(said).not.toContain(mistyped);
  expect(redactorOf({ BACKUP_KEY: `${ours}\n${theirs}` })(`it is ${theirs}`)).toBe("it is ***");
});

test("the name of a dump tells that it is encrypted, and still how it is compressed", () => {
  const title = { gateway: "smoltbot", stack: "prod", release: "1.2.0", takenAt: 0 };
  const name = dumpName({ ...title, compression: "zstd", format: "plain", encrypted: true });
  expect(name).toBe("smoltbot-prod-19700101t000000z-before-1.2.0.sql.zst.age");
  expect(compressionOf(name)).toBe("zstd");
});
