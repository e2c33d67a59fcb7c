import { z } from "zod";
import type { ImageFacts } from "../upgrade/facts";
import { observed, unavailable, type Observation } from "../upgrade/observation";
import { manifestPlace, tokenUrl } from "./manifest-place";
import { patientSignal } from "../upgrade/patience";

/** Forms in which a registry may keep the manifest of an image of several platforms. */
const INDEXES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

/** Every form in which a registry may keep a manifest; it answers 404 for one that was not asked for. */
const ACCEPT = [
  ...INDEXES,
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

const LIMIT_MS = 15_000;

const indexSchema = z.object({ manifests: z.array(z.object({ digest: z.string() })) });

/**
 * Asks an image's registry whether it has the image and by what digests, as a visitor without credentials. Answers within 15 seconds;
 * whatever is neither a yes nor a no is no look, with the reason in words.
 *
 * @param limit - longest wait in milliseconds
 */
export async function askRegistry(
  image: string,
  limit = LIMIT_MS,
): Promise<Observation<ImageFacts>> {
  const { registry, url } = manifestPlace(image);
  const signal = patientSignal(limit);
  try {
    const first = await ask("HEAD", url, signal);
    const token = first.status === 401 ? await tokenFor(first, signal) : undefined;
    const answer = token === undefined ? first : await ask("HEAD", url, signal, token);
    if (answer.status === 404) return observed({ exists: false, digests: [] });
    if (answer.status < 300) {
      const parts = isIndex(answer) ? await partsOf(url, signal, token) : [];
      return observed({ exists: true, digests: [...digestOf(answer), ...parts] });
    }
    return unavailable(
      answer.status === 401 || answer.status === 403
        ? `${registry} shows it to nobody without credentials`
        : `${registry} answers ${answer.status}`,
    );
  } catch (error) {
    return unavailable(`${registry} ${explain(error, limit)}`);
  }
}

const ask = (
  method: "HEAD" | "GET",
  url: string,
  signal: AbortSignal,
  token?: string,
): Promise<Response> =>
  fetch(url, {
    method,
    signal,
    headers: {
      accept: ACCEPT,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  });

const isIndex = ({ headers }: Response): boolean =>
  INDEXES.includes(headers.get("content-type")?.split(";")[0]?.trim() ?? "");

/** Source: `opencontainers/distribution-spec@v1.1.0:spec.md` (pulling manifests, Docker-Content-Digest). */
const digestOf = ({ headers }: Response): readonly string[] =>
  /^sha256:[0-9a-f]{64}$/.exec(headers.get("docker-content-digest") ?? "") ?? [];

/** Digests of the single platforms: some runtimes name a running image by that of its own platform. None if nobody tells them. */
async function partsOf(
  url: string,
  signal: AbortSignal,
  token: string | undefined,
): Promise<readonly string[]> {
  try {
    const answer = await ask("GET", url, signal, token);
    const index = indexSchema.safeParse(await answer.json()).data;
    return (index?.manifests ?? []).map(({ digest }) => digest);
  } catch {
    return [];
  }
}

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

function explain(error: unknown, limit: number): string {
  if (error instanceof Error && error.name === "TimeoutError") {
    return `does not answer within ${limit / 1000} s`;
  }
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return WORDS[code] ?? `cannot be asked${code === "" ? "" : ` (${code})`}`;
}
