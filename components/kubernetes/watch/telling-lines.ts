const trouble = /error|fatal|panic|fail|denied|refused|uncaught|unhandled|missing/i;

/** The few lines of a log's end that say what went wrong: the last three that speak of trouble, else the last three. */
export function tellingLines(lines: readonly string[]): readonly string[] {
  const telling = lines.filter((line) => trouble.test(line));
  return (telling.length > 0 ? telling : lines).slice(-3);
}
