import semver from "semver";
import { readImage } from "../../upgrade/image-name";

/** The newest release among the running images that is newer than the wanted one; undefined if none is. Tags that are no version say nothing. */
export function newerThan(release: string, images: readonly string[]): string | undefined {
  const running = images.flatMap((image) => semver.valid(readImage(image).tag) ?? []);
  return running.filter((version) => semver.gt(version, release)).sort(semver.rcompare)[0];
}
