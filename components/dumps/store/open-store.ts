import type { DumpPlace } from "./bucket";
import type { DumpStore } from "./dump-store";
import { folderStore } from "./folder-store";

/**
 * The way to the dumps; asks nobody yet.
 *
 * @param env - holds BACKUP_CREDENTIALS where the bucket's own are not those of the environment.
 */
export const openStore = async (
  { directory, store }: DumpPlace,
  env: NodeJS.ProcessEnv,
): Promise<DumpStore> => {
  if (store === undefined) return folderStore(directory);
  // The official SDK is large: only who needs it loads it.
  const { bucketStore } = await import("./bucket-store");
  return bucketStore(store, env);
};
