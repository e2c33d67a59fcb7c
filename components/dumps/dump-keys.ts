import { Readable } from "node:stream";
import { StepFailure } from "../upgrade/step-io";
import type { Manifest } from "./manifest";

/** The keys of a stack for its dumps. */
export interface DumpKeys {
  /** For whom dumps can be decrypted here (`age1...`); for the first of them new ones are encrypted. */
  readonly recipients: readonly string[];
  /** Encrypts a dump while it flows. */
  encrypt(content: Readable): Promise<Readable>;
  /**
   * Decrypts a dump while it flows.
   *
   * @throws Error, at once or from the stream, if the dump is damaged or for another key.
   */
  decrypt(content: Readable): Promise<Readable>;
}

/**
 * The keys that BACKUP_KEY holds: age identities, one a line, as age-keygen writes them; lines that begin with # are left out. Undefined if
 * it is not set.
 *
 * @throws StepFailure if one of them is none. Its text is not shown.
 */
export async function readKeys(env: NodeJS.ProcessEnv): Promise<DumpKeys | undefined> {
  const identities = (env["BACKUP_KEY"] ?? "")
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (identities.length === 0) return undefined;
  const { Decrypter, Encrypter, identityToRecipient } = await import("age-encryption");
  const recipients = await Promise.all(identities.map((one) => identityToRecipient(one))).catch(
    () => {
      throw noKey("what is given as the key of the dumps is no age identity");
    },
  );
  return {
    recipients,
    encrypt: async (content) => {
      const encrypter = new Encrypter();
      encrypter.addRecipient(recipients[0] ?? "");
      return toNode(await encrypter.encrypt(toWeb(content)));
    },
    decrypt: async (content) => {
      const decrypter = new Decrypter();
      for (const identity of identities) decrypter.addIdentity(identity);
      return toNode(await decrypter.decrypt(toWeb(content)));
    },
  };
}

/**
 * The keys with which new dumps are encrypted.
 *
 * @throws StepFailure if there are none.
 */
export async function keysToEncrypt(env: NodeJS.ProcessEnv): Promise<DumpKeys> {
  const keys = await readKeys(env);
  if (keys !== undefined) return keys;
  throw noKey("dumps are to be encrypted, and no key is given");
}

/**
 * The keys that a dump is decrypted with; undefined for one that is not encrypted.
 *
 * @throws StepFailure if none of those that are given opens it.
 */
export async function keysToDecrypt(
  { path, encryption }: Pick<Manifest, "path" | "encryption">,
  env: NodeJS.ProcessEnv,
): Promise<DumpKeys | undefined> {
  if (encryption === undefined) return undefined;
  const keys = await readKeys(env);
  if (lockedFor({ encryption }, keys) === undefined) return keys;
  const given =
    keys === undefined ? "no key is given" : `the key here is of ${keys.recipients.join(", ")}`;
  throw noKey(`${path} is encrypted for ${encryption.recipient}, and ${given}`);
}

/** The recipient of an encrypted dump that no key here opens; undefined for any other. */
export const lockedFor = (
  { encryption }: Pick<Manifest, "encryption">,
  keys: DumpKeys | undefined,
): string | undefined =>
  encryption === undefined || keys?.recipients.includes(encryption.recipient) === true
    ? undefined
    : encryption.recipient;

const noKey = (reason: string): StepFailure =>
  new StepFailure(
    reason,
    "set the secret gateways:<product>BackupKey to the identity that age-keygen has made (AGE-SECRET-KEY-1...), former ones below it, one a line",
  );

const toWeb = (content: Readable) =>
  Readable.toWeb(content) as unknown as globalThis.ReadableStream<Uint8Array>;

const toNode = (content: globalThis.ReadableStream<Uint8Array>): Readable =>
  Readable.fromWeb(content);
