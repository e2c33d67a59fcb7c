const factors: Readonly<Record<string, number>> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const holders =
  /(?:^|\.)(?:averageValue|capacity|default|divisor|hard|limits|max|min|requests|sizeLimit)\b/;

/**
 * Tells whether two values are the same amount, written differently: the server rewrites `1000m` to `1`.
 * Only fields that hold amounts are looked at, so that no other text is taken for a number.
 * Source: the "Quantity" type of the Kubernetes API.
 */
export function isSameQuantity(path: string, one: unknown, other: unknown): boolean {
  if (!holders.test(path)) return false;
  const amounts = [amount(one), amount(other)];
  return amounts[0] !== undefined && amounts[0] === amounts[1];
}

function amount(value: unknown): number | undefined {
  const match = /^([+-]?\d*\.?\d+)(?:[eE]([+-]?\d+))?([numkMGTPE]|[KMGTPE]i)?$/.exec(String(value));
  if (match?.[1] === undefined) return undefined;
  const scaled = Number(match[1]) * 10 ** Number(match[2] ?? 0) * (factors[match[3] ?? ""] ?? 1);
  return Number(scaled.toPrecision(12));
}
