import type { LicenseReading } from "./gates/license-horizon";

/** Greatest distance from the epoch, in seconds, that a date can have. */
const lastSecond = 8.64e12;

/**
 * Reads the end of a license as the gateway's readiness check does: unset is fine, the payload is decoded locally, the signature
 * is not checked (its secret is private), a missing or zero `exp` never expires. What it returns holds nothing of the token.
 *
 * Source: `mnemom/smoltbot@33f9a5a`, license check of /health/ready.
 */
export function readLicense(token: string | undefined): LicenseReading {
  if (token === undefined || token === "") return { kind: "none" };
  const claims = readClaims(token);
  return "why" in claims ? unreadable(claims.why) : endOf(claims.value);
}

/**
 * How many instances the license may be activated for; undefined if it sets no limit or cannot be read.
 *
 * Source: `mnemom/smoltbot@33f9a5a`, claim max_activations.
 */
export function readActivations(token: string | undefined): number | undefined {
  const claims = readClaims(token ?? "");
  const limit = "value" in claims ? claims.value["max_activations"] : undefined;
  return typeof limit === "number" && limit > 0 ? limit : undefined;
}

type Claims = Readonly<Record<string, unknown>>;
type Decoded<T> = { readonly value: T } | { readonly why: string };

const unreadable = (why: string): LicenseReading => ({ kind: "unreadable", why });

function readClaims(token: string): Decoded<Claims> {
  const parts = token.split(".");
  if (parts.length !== 3) {
    return { why: `${parts.length} ${parts.length === 1 ? "part" : "parts"} instead of 3` };
  }
  const payload = decodePayload(parts[1] ?? "");
  if ("why" in payload) return payload;
  return typeof payload.value === "object" && payload.value !== null
    ? { value: payload.value as Claims }
    : { why: "its payload is no JSON object" };
}

/** Readiness looks at `exp` alone, but without a license_id every request is refused. */
function endOf({ exp, license_id: id }: Claims): LicenseReading {
  if (typeof id !== "string" || id === "") return unreadable("its payload has no license_id");
  if (exp === undefined || exp === null || exp === 0) return { kind: "endless" };
  if (typeof exp !== "number") return unreadable("its exp is no number of seconds");
  if (exp > lastSecond) return { kind: "endless" };
  return { kind: "expires", end: Math.max(exp, 0) * 1000 };
}

/** base64url, then UTF-8, then JSON; says which of them failed. */
function decodePayload(part: string): Decoded<unknown> {
  const bytes = decodeBase64Url(part);
  if (bytes === undefined) return { why: "its payload is no base64url" };
  try {
    return { value: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) };
  } catch {
    return { why: "its payload is no JSON" };
  }
}

function decodeBase64Url(part: string): Uint8Array | undefined {
  try {
    const binary = atob(part.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
