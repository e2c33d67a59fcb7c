import { valid } from "semver";
import { readImage } from "../../upgrade/image-name";
import { withCluster } from "../cluster";
import { runningImages } from "../../kubernetes/watch/running-images";
import { wordsOf, type StepIo } from "../../upgrade/step-io";
import type { BackupInput } from "./backup-input";

/**
 * Releases of the gateway that run now, by the tags of their images. Empty, and said to be so, where the cluster cannot be asked or an
 * image names no release: a backup is worth more than what is written on it.
 */
export async function readRunning(input: BackupInput, io: StepIo): Promise<readonly string[]> {
  const { namespace, gatewaySelector, gatewayContainer } = input;
  if (namespace === undefined || gatewaySelector === undefined || gatewayContainer === undefined)
    return [];
  const unknown = (why: string): readonly [] => {
    io.say(`the manifest will not tell which release ran: ${why}`);
    return [];
  };
  try {
    const images = await withCluster(input, io, (client) =>
      runningImages(client, namespace, gatewaySelector, gatewayContainer),
    );
    const releases = images.map((image) => valid(readImage(image).tag));
    const known = releases.filter((release) => release !== null);
    return known.length === images.length
      ? [...new Set(known)].sort()
      : unknown(`an image is named ${images.join(", ")}`);
  } catch (error) {
    return unknown(wordsOf(error));
  }
}
