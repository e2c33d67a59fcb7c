/** Hides secrets in a text that leaves the program. */
export type Redact = (text: string) => string;

/** Shorter texts are left alone: they would hide half of every line. */
const SHORTEST = 6;

/** Variables of a step's environment that hold one secret each. */
const SECRET_VARIABLES = [
  "DATABASE_URL",
  "POSTGRES_URL",
  "SCRATCH_URL",
  "PROMETHEUS_TOKEN",
  "BACKUP_KEY",
];

/**
 * Hides every given secret of at least 6 characters: as it is, escaped for a URL or for JSON, and in base64 at any place of the encoded
 * text. Each password of a URL in it is a secret of its own, and so is each line of a secret, with the space around it or without.
 * Passwords of unknown URLs are hidden as well.
 */
export function redactor(secrets: readonly string[] = []): Redact {
  const forms = [...new Set(secrets.flatMap(partsOf).flatMap(formsOf))]
    .filter((form) => form.length >= SHORTEST)
    .sort((one, other) => other.length - one.length);
  return (text) =>
    forms
      .reduce((shown, form) => shown.replaceAll(form, "***"), text)
      // To the last @: a password that nobody escaped may hold one itself.
      .replace(/(:\/\/[^\s:/@]*):\S+@/g, "$1:***@");
}

/** Hides every secret that a step was given: those of REDACT, a JSON list, and those that it works with itself. */
export function redactorOf(env: NodeJS.ProcessEnv): Redact {
  const own = SECRET_VARIABLES.flatMap((name) => env[name] ?? []);
  return redactor([...listed(env["REDACT"] ?? "[]"), ...own]);
}

/** Secrets for {@link redactorOf}, as one variable of an environment. */
export const toHide = (secrets: readonly string[]): { readonly REDACT: string } => ({
  REDACT: JSON.stringify(secrets),
});

/** A text that is no list is one secret: hiding too much is safe. */
function listed(text: string): readonly string[] {
  try {
    const value = JSON.parse(text) as unknown;
    return Array.isArray(value) ? value.map(String) : [text];
  } catch {
    return [text];
  }
}

/** The secret, its lines, and the passwords in it. */
function partsOf(secret: string): readonly string[] {
  const passwords = PASSWORDS.flatMap((pattern) =>
    [...secret.matchAll(pattern)].map(([, found = ""]) => found),
  );
  const lines = [secret, ...secret.split(/\r?\n/)];
  const parts = [...lines, ...lines.map((line) => line.trim())];
  return [...parts, ...passwords, ...passwords.map(unescaped)].filter(
    (part) => part.length >= SHORTEST,
  );
}

/**
 * Where passwords stand in a URL or in a list of them. One that nobody escaped may hold an at sign or a slash, and an at sign may follow it in a path or in a query: each reading
 * counts, since hiding too much is safe.
 */
const PASSWORDS: readonly RegExp[] = [
  /:\/\/[^\s:/@]*:(\S+)@/g,
  /:\/\/[^\s:/@]*:([^\s/?#]+)@/g,
  /:\/\/[^\s:/@]*:([^\s@]+)@/g,
  /(?:^|[?&;\s])password=([^&;\s#]+)/gi,
];

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** How a secret may stand in a text. */
function formsOf(secret: string): readonly string[] {
  // Half a character pair cannot be escaped for a URL; as bytes it is the replacement character.
  const escaped = encodeURIComponent(Buffer.from(secret).toString());
  const lowered = escaped.replaceAll(/%../g, (code) => code.toLowerCase());
  const base64 = [0, 1, 2].flatMap((offset) => base64At(secret, offset));
  return [
    secret,
    escaped,
    lowered,
    escaped.replaceAll("%20", "+"),
    ...jsonForms(secret),
    ...base64,
    ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
  ];
}

/**
 * As JSON is written: by JavaScript, by Go, which escapes what HTML would take for markup, and by Python, which leaves nothing but ASCII.
 *
 * Source: encoding/json of Go (SetEscapeHTML); json of Python (ensure_ascii).
 */
function jsonForms(secret: string): readonly string[] {
  const plain = JSON.stringify(secret).slice(1, -1);
  return [
    plain,
    plain.replaceAll(/[<>&\u2028\u2029]/g, asCode),
    plain.replaceAll(/[\u0080-\uffff]/g, asCode),
  ];
}

const asCode = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/**
 * The secret in base64 with so many bytes before it: the characters that it alone decides, and for a text of its own all of them.
 *
 * Source: RFC 4648, section 4: each character stands for 6 bits, so the neighbours of a text decide about its ends.
 */
function base64At(secret: string, offset: number): readonly string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const text = bytes.toString("base64").replace(/=+$/, "");
  const own = text.slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
  return offset === 0 ? [text, own] : [own];
}
