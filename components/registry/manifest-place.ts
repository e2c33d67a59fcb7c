import { readImage } from "../upgrade/image-name";

/** Where a registry keeps the manifest of an image. */
export interface ManifestPlace {
  /** Host, with its port if it has one. */
  readonly registry: string;
  readonly url: string;
}

const DOCKER_HUB = "docker.io";

/**
 * The image's full name, as nodes list it: `nginx` is `docker.io/library/nginx:latest`.
 *
 * Source: `distribution/reference@v0.6.0:normalize.go`.
 */
export function fullName(image: string): string {
  const { repository, tag, digest } = readImage(image);
  const [first = "", ...rest] = repository.split("/");
  const named = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const path = named
    ? repository
    : `${DOCKER_HUB}/${rest.length > 0 ? "" : "library/"}${repository}`;
  return digest === undefined ? `${path}:${tag ?? "latest"}` : `${path}@${digest}`;
}

/**
 * Where to ask for the image; https, but for a registry on this very machine.
 *
 * Source: `opencontainers/distribution-spec@v1.1.0:spec.md` (pulling manifests).
 */
export function manifestPlace(image: string): ManifestPlace {
  const name = fullName(image);
  const slash = name.indexOf("/");
  const registry = name.slice(0, slash);
  const { repository, tag, digest } = readImage(name);
  const host = registry === DOCKER_HUB ? "registry-1.docker.io" : registry;
  const scheme = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host) ? "http" : "https";
  const path = repository.slice(slash + 1);
  return { registry, url: `${scheme}://${host}/v2/${path}/manifests/${digest ?? tag ?? "latest"}` };
}

/** Where an anonymous visitor gets a token, as the registry says it in `WWW-Authenticate`; undefined if it says nothing of the kind. */
export function tokenUrl(challenge: string | null): string | undefined {
  if (challenge === null || !/^bearer /i.test(challenge)) return undefined;
  const said = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]),
  );
  if (said["realm"] === undefined || !URL.canParse(said["realm"])) return undefined;
  const url = new URL(said["realm"]);
  for (const key of ["service", "scope"]) {
    if (said[key] !== undefined) url.searchParams.set(key, said[key]);
  }
  return url.href;
}
