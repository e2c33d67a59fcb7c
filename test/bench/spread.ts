/** What a series of measurements comes to, in the unit of the series. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly p95: number;
}

/** Sums a series up; between two values it interpolates. @throws Error for an empty series */
export function spread(series: readonly number[]): Spread {
  if (series.length === 0) throw new Error("nothing was measured");
  const sorted = series.toSorted((one, two) => one - two);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
    return low + (high - low) * (place - Math.floor(place));
  };
  return { median: at(0.5), min: at(0), max: at(1), p95: at(0.95) };
}
