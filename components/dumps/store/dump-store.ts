import type { Readable } from "node:stream";
import type { DumpTitle } from "../dump-name";
import type { Manifest } from "../manifest";

/**
 * Where dumps lie, each with its manifest beside it. Whoever takes, chooses, restores or removes a dump knows no more of the place than
 * this. Dumps go by their file names: `smoltbot-prod-20260102t030405z-before-1.2.0.dump.zst`.
 *
 * A store that does not answer is never an empty one: everything here throws then.
 */
export interface DumpStore {
  /** For messages, without a secret: `/srv/backups`, `s3://dumps/gateways`. */
  readonly words: string;
  /** The place of a dump, as its manifest names it: an absolute path, or `s3://dumps/gateways/<name>`. */
  place(name: string): string;
  /** Bytes of room; undefined if the store has no such limit. */
  freeBytes(): Promise<number | undefined>;
  /** Makes the store ready for a dump, and removes what killed runs have left of dumps whose names begin like this. */
  prepare(prefix: string): Promise<void>;
  /** Names of all dumps that have a manifest beside them. */
  list(signal?: AbortSignal): Promise<readonly string[]>;
  /** Text of the manifest of a dump; undefined if it has none. */
  readManifest(name: string, signal?: AbortSignal): Promise<string | undefined>;
  /**
   * Finds a dump and its manifest as things of their own, with something in them.
   *
   * @throws StepFailure
   */
  judge(name: string): Promise<void>;
  /** The bytes of a dump. */
  open(name: string, signal?: AbortSignal): Promise<Readable>;
  /** Runs work with a draft of a new dump, and removes afterwards what has no manifest. Nothing that exists is overwritten. */
  withDraft<T>(
    title: DumpTitle,
    options: DraftOptions,
    work: (draft: DumpDraft) => Promise<T>,
  ): Promise<T>;
  /**
   * Stores a file that is no dump, safely and whole, and returns its place. Nothing here ever removes it. Not every store refuses to overwrite, so that the name has to be its own.
   *
   * @param name - its own name, which no other file has
   */
  writeBeside(name: string, content: Readable, options: DraftOptions): Promise<string>;
  /** Removes a dump. The manifest goes first: half a removal leaves no false proof. */
  remove(name: string): Promise<void>;
}

export interface DraftOptions {
  /** Bytes that the dump will hardly exceed. */
  readonly expected: number;
  readonly signal?: AbortSignal | undefined;
}

/** A dump that is being written, and counts as none before its manifest is written. */
export interface DumpDraft {
  /** For messages: where it lies. */
  readonly words: string;
  /**
   * Stores all of it, safely and once. Returns the checksum that the store itself keeps and tells (base64 of SHA-256, with `-<parts>`
   * behind it for a composite one), once it was found to be the right one; undefined if it keeps none.
   */
  write(content: Readable): Promise<string | undefined>;
  /** What lies there now. */
  open(): Promise<Readable>;
  /**
   * Puts the dump in its place, if it is not there yet, and last of all the manifest beside it.
   *
   * @param manifest - everything but the path, which is found here.
   */
  writeManifest(manifest: Omit<Manifest, "path">): Promise<Manifest>;
}
