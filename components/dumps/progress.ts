/** Bytes in the unit that suits them: `1.4 GB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power] ?? ""}`;
}

/** Says a line every few seconds while work goes on. */
export async function whileSaying<T>(
  line: () => string,
  say: (line: string) => void,
  work: () => Promise<T>,
  seconds = 5,
): Promise<T> {
  const clock = setInterval(() => {
    say(line());
  }, seconds * 1000);
  try {
    return await work();
  } finally {
    clearInterval(clock);
  }
}

/** A stopwatch: each call yields the seconds since it was started, to a tenth. */
export function stopwatch(): () => number {
  const started = performance.now();
  return () => Math.round((performance.now() - started) / 100) / 10;
}
