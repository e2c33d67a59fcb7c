const trouble = /error|fatal|panic|fail|denied|refused|uncaught|unhandled|missing/i;

/** The few lines of a log's end that say what went wrong: the last three that name trouble, else the last three. */
export function logExcerpt(lines: readonly string[]): readonly string[] {
  const found = lines.filter((line) => trouble.test(line));
  return (found.length > 0 ? found : lines).slice(-3);
}
