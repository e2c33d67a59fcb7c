import { importImages } from "../cluster/images";
import type { Settings } from "../settings";
import { bamfImages } from "./images";
import { buildBamf } from "./programs";

/**
 * Makes BAMF's stand-ins the first time a test or a demo of BAMF asks for them, and brings their images into the running lab; nothing else of the lab waits for this.
 *
 * @returns path of the program, for its `client` and `login`.
 */
export async function ensureBamf(settings: Settings): Promise<string> {
  await importImages(settings, await bamfImages(settings));
  return buildBamf(settings);
}
