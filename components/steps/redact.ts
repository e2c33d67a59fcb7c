/** Hides secrets in a line that leaves the program. */
export type Redact = (line: string) => string;

/**
 * Hides every given secret (one a line, as the environment brings them) and the password of every URL.
 * Texts of fewer than 4 characters are left alone: they would hide half of every line.
 */
export function redactor(secrets = ""): Redact {
  const values = secrets
    .split("\n")
    .filter((value) => value.length >= 4)
    .sort((one, other) => other.length - one.length);
  return (line) =>
    values
      .reduce((text, value) => text.replaceAll(value, "***"), line)
      // To the last @: a password that nobody escaped may hold one itself.
      .replace(/(:\/\/[^\s:/@]*):\S+@/g, "$1:***@");
}
