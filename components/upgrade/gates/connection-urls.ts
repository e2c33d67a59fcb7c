import { gate, type Finding } from "../finding";

const { pass, block } = gate("connection-urls");

/** What the URL behind a key has to look like. */
export interface UrlRule {
  /** Environment key. */
  readonly key: string;
  /** Schemes that its reader takes, without the colon. */
  readonly schemes: readonly string[];
  /** A port at which something else answers, and what. */
  readonly notPort?: { readonly port: number; readonly why: string };
}

/**
 * Lets no pod start with a URL that leads its reader to the wrong place: one that cannot be read, of another scheme, or at the port of
 * something else (T-03). Says nothing of the URL but its scheme or port. A key that is not set is not this gate's business.
 */
export function connectionUrls({
  values,
  rules,
  at,
}: {
  readonly values: Readonly<Record<string, string>>;
  readonly rules: readonly UrlRule[];
  /** Config path of the values. */
  readonly at: string;
}): readonly Finding[] {
  const set = rules.filter(({ key }) => (values[key] ?? "").trim() !== "");
  const findings = set.flatMap((rule) =>
    judgeUrl(rule, values[rule.key] ?? "", `${at}.${rule.key}`),
  );
  if (findings.length > 0) return findings;
  return [pass({ at, found: `URLs in the form that their readers take: ${list(set)}` })];
}

const list = (rules: readonly UrlRule[]): string =>
  rules.length === 0 ? "none is set" : rules.map(({ key }) => key).join(", ");

function judgeUrl({ schemes, notPort }: UrlRule, text: string, at: string): readonly Finding[] {
  const expected = `a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`;
  if (!URL.canParse(text)) {
    const fix =
      "write it whole, and percent-encode what is special in the password, such as @ / : # and ?";
    return [block({ at, found: "a text that cannot be read as a URL", expected, fix })];
  }
  const { protocol, port } = new URL(text);
  const scheme = protocol.slice(0, -1);
  if (!schemes.includes(scheme)) {
    return [
      block({
        at,
        found: `a URL of the scheme ${scheme}`,
        expected,
        fix: "set the URL that its reader asks for",
      }),
    ];
  }
  if (notPort === undefined || port !== String(notPort.port)) return [];
  return [
    block({
      at,
      found: `a URL at port ${port}, ${notPort.why}`,
      expected: `${expected}, at the port where that answers`,
      fix: "set the address of the service itself",
    }),
  ];
}
