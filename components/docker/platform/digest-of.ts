import type Docker from "dockerode";

/** What an image is called by the digest under which it was pulled; undefined if nobody has pulled it, or if it is gone. @param id - `sha256:...` of its configuration */
export async function digestOf(docker: Docker, id: string): Promise<string | undefined> {
  const found = await docker
    .getImage(id)
    .inspect()
    .catch(() => undefined);
  // An image that was built here has none, or no list of them.
  const digests = found?.RepoDigests as readonly string[] | null | undefined;
  return digests?.[0];
}
