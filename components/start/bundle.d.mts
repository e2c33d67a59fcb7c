/** Where a bundle comes from and where it is kept. */
export interface LoadOptions {
  /** Folder of the checkout. @defaultValue this one */
  readonly root?: string;
  /** Where bundles are kept. @defaultValue a folder below node_modules */
  readonly folder?: string;
  /** Sources younger than this, in milliseconds, are bundled and not kept. @defaultValue 2000 */
  readonly settledMs?: number;
}

/**
 * Loads a TypeScript module of the checkout with all that it imports, and gives its exports.
 *
 * @throws Error with the place of the fault if it cannot be bundled
 */
export function load(entry: string, options?: LoadOptions): Promise<Record<string, unknown>>;
