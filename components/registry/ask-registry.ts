import { seen, unseen, type Look } from "../upgrade/look";
import { manifestPlace, tokenUrl } from "./manifest-place";

/** Every form in which a registry may keep a manifest; it answers 404 for one that was not asked for. */
const ACCEPT = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

const LIMIT_MS = 3000;

/**
 * Asks an image's registry whether it has the image, as a visitor without credentials. Answers within 3 seconds; whatever is neither a
 * yes nor a no is no look, with the reason in words.
 */
export async function askRegistry(image: string): Promise<Look<boolean>> {
  const { registry, url } = manifestPlace(image);
  const signal = AbortSignal.timeout(LIMIT_MS);
  try {
    const first = await head(url, signal);
    const token = first.status === 401 ? await tokenFor(first, signal) : undefined;
    const { status } = token === undefined ? first : await head(url, signal, token);
    if (status === 404) return seen(false);
    if (status < 300) return seen(true);
    return unseen(
      status === 401 || status === 403
        ? `${registry} shows it to nobody without credentials`
        : `${registry} answers ${status}`,
    );
  } catch (error) {
    return unseen(`${registry} ${explain(error)}`);
  }
}

const head = (url: string, signal: AbortSignal, token?: string): Promise<Response> =>
  fetch(url, {
    method: "HEAD",
    signal,
    headers: {
      accept: ACCEPT,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  });

async function tokenFor(refusal: Response, signal: AbortSignal): Promise<string | undefined> {
  const url = tokenUrl(refusal.headers.get("www-authenticate"));
  if (url === undefined) return undefined;
  const answer = await fetch(url, { signal });
  if (!answer.ok) return undefined;
  const { token, access_token: other } = (await answer.json()) as Readonly<Record<string, unknown>>;
  return [token, other].find((one): one is string => typeof one === "string");
}

const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: "is no name that this machine knows",
  EAI_AGAIN: "is no name that this machine can look up now",
  ECONNREFUSED: "refuses the connection",
  ENETUNREACH: "is out of this machine's reach",
  EHOSTUNREACH: "is out of this machine's reach",
};

function explain(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError") {
    return `does not answer within ${LIMIT_MS / 1000} s`;
  }
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return WORDS[code] ?? `cannot be asked${code === "" ? "" : ` (${code})`}`;
}
