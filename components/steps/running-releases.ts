import { valid } from "semver";
import { readImage } from "../upgrade/image-name";
import { wordsOf, type StepIo } from "../upgrade/step-io";

/**
 * Releases of the gateway that run now, by the tags of their images, for the manifest of a dump. Empty, and said to be so, if the
 * images cannot be asked for or one names no release: a backup is worth more than what is written on it.
 *
 * @param images - of the gateway's container. Its failure is no failure here.
 */
export async function runningReleases(
  images: () => Promise<readonly string[]>,
  say: StepIo["say"],
): Promise<readonly string[]> {
  const unknown = (why: string): readonly [] => {
    say(`the manifest will not say which release ran: ${why}`);
    return [];
  };
  try {
    const found = await images();
    const releases = found.map((image) => valid(readImage(image).tag));
    const known = releases.filter((release) => release !== null);
    return known.length === found.length
      ? [...new Set(known)].sort()
      : unknown(`an image is named ${found.join(", ")}`);
  } catch (error) {
    return unknown(wordsOf(error));
  }
}
