import { gate, type Finding } from "../finding";

const { pass, block } = gate("required-keys");

/** Lets no pod start without what it needs to start: every required key is present and not blank (T-02, S-24). Shows no value. */
export function requiredKeys({
  values,
  required,
  at,
}: {
  readonly values: Readonly<Record<string, string>>;
  readonly required: readonly string[];
  /** Config path of the values. */
  readonly at: string;
}): readonly Finding[] {
  const blank = required.filter((key) => (values[key] ?? "").trim() === "");
  if (blank.length === 0) return [pass({ at, found: `all ${required.length} required keys` })];
  return blank.map((key) =>
    block({
      at: `${at}.${key}`,
      found: key in values ? "a blank value" : "no such key",
      expected: "a value; a program that needs it would not start",
      fix: `set it with: pulumi config set --secret --path '${at}.${key}'`,
    }),
  );
}
