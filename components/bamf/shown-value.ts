import type { ValuePath } from "../upgrade/values";

/** Names below which a value may be a secret, or the name of one. */
const SECRET = /pass|secret|token|credential|key|cert|private|auth[^a-z0-9]|^auth$|dsn|url$/i;
/** Maps and lists that take whatever the operator writes. */
const FREE = /^(annotations|podAnnotations|extraEnv|extraEnvFrom|labels|podLabels)$/;
const LONGEST = 60;

/** A path as a message names it: keys joined by dots, quoted where they hold more than letters, digits, _ and -. */
export const shownPath = (path: ValuePath): string =>
  path.map((key) => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key))).join(".");

/**
 * What may be printed of a value: itself only if it is a number, a switch, or one line of at most 60 characters that does not look drawn at random, and no
 * key on its way sounds like a secret or takes free text. Of all else it says the kind. It hides too much rather than too little.
 */
export function shownValue(path: ValuePath, value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return "a map";
  if (path.some((key) => SECRET.test(key) || FREE.test(key))) return "a value that is not shown";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" && isPlain(value)
    ? JSON.stringify(value)
    : "a text that is not shown";
}

const isPlain = (text: string): boolean =>
  text.length <= LONGEST && /^[\w ./:+-]*$/.test(text) && !text.includes("://") && !isDrawn(text);

/** True for 16 and more characters in a row that mix digits and letters, as tokens and keys do. */
const isDrawn = (text: string): boolean =>
  text.split(/[ ./:]/).some((part) => part.length >= 16 && /\d/.test(part) && /[a-z]/i.test(part));
