/** How the vendor's driver calls what libpq calls `sslmode`; the names of the modes are the same. */
const SSL = "ssl";

/**
 * A connection string of libpq as the product's driver takes it: of its parameters only how to encrypt, by the name that asyncpg knows. Any other one, `sslmode`
 * among them, is an unknown argument to it, and no API pod starts (T-20). A text that is no URL stays as it is; a gate refuses it.
 *
 * @param text - `postgresql://user:password@host:5432/database?sslmode=require`, user and password percent-encoded
 */
export function asyncpgUrl(text: string): string {
  const url = parsed(text);
  if (url === undefined) return text;
  const mode = url.searchParams.get("sslmode") ?? oldMode(url.searchParams.get(SSL));
  url.search = mode === undefined ? "" : `?${SSL}=${mode === "no-verify" ? "require" : mode}`;
  return url.href;
}

/** Names of the parameters of a connection string that the product's driver does not know: its pods go without them. */
export const parametersLost = (text: string): readonly string[] =>
  [...(parsed(text)?.searchParams.keys() ?? [])].filter(
    (name) => name !== "sslmode" && name !== SSL,
  );

/** The password of a connection string, decoded; "" if there is none. */
export function passwordIn(text: string): string {
  const { password = "" } = parsed(text) ?? {};
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}

/** The same for a URL that the chart has written: its parameter is renamed (T-20). */
export const withSsl = (text: string): string =>
  text.startsWith("postgresql+asyncpg://") ? text.replace(/([?&])sslmode=/, `$1${SSL}=`) : text;

const oldMode = (found: string | null): string | undefined =>
  found === "true" ? "require" : (found ?? undefined);

function parsed(text: string): URL | undefined {
  const named = text.replace(/^postgres(ql)?(\+\w+)?:/, "postgresql+asyncpg:");
  return URL.canParse(named) && named.startsWith("postgresql+asyncpg://")
    ? new URL(named)
    : undefined;
}
