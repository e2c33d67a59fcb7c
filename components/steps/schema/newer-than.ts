import semver from "semver";

/** The newest release among the running images that is newer than the wanted one; undefined if none is. Tags that are no version say nothing. */
export function newerThan(release: string, images: readonly string[]): string | undefined {
  const running = images.flatMap((image) => semver.valid(tagOf(image)) ?? []);
  return running.filter((version) => semver.gt(version, release)).sort(semver.rcompare)[0];
}

/** `1.1.0` of `registry:5000/mnemom/gateway:1.1.0@sha256:...`; "" if there is no tag. */
function tagOf(image: string): string {
  const name = image.split("@")[0]?.split("/").at(-1) ?? "";
  return name.includes(":") ? (name.split(":").at(-1) ?? "") : "";
}
