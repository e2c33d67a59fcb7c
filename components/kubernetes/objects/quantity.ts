/** Decimal exponent per suffix. */
const decimal: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  "": 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

/** Power of 1024 per suffix. */
const binary: Readonly<Record<string, number>> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 };

const form = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d{1,3})|([numkMGTPE]|[KMGTPE]i)?)$/;

/**
 * CPU in millicores, rounded up to a whole one: `500m` is 500, `1.5` is 1500.
 *
 * @throws RangeError where the text is no quantity
 */
export const parseCpu = (quantity: string | number): number => scaled(String(quantity), 3);

/**
 * Memory in bytes, rounded up to a whole one: `256Mi` is 268435456, `1G` is 1000000000, `1e3` is 1000.
 *
 * Source: `kubernetes/kubernetes@v1.34.4:staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go`.
 * @throws RangeError where the text is no quantity
 */
export const parseMemory = (quantity: string | number): number => scaled(String(quantity), 0);

/** `600m CPU and 512 MiB memory`: millicores, and MiB rounded up. */
export const describeResources = ({
  cpu,
  memory,
}: {
  readonly cpu: number;
  readonly memory: number;
}): string => `${cpu}m CPU and ${Math.ceil(memory / 1024 ** 2)} MiB memory`;

/** The quantity times ten to the power of `power`, exact until the last rounding, which goes away from zero. */
function scaled(text: string, power: number): number {
  const match = form.exec(text);
  if (match === null) throw new RangeError(`no quantity: ${text}`);
  const [, sign, whole = "", fraction = "", exponent, suffix = ""] = match;
  const tens = exponent === undefined ? (decimal[suffix] ?? 0) : Number(exponent.slice(1));
  const digits = BigInt(whole + fraction) * 1024n ** BigInt(binary[suffix] ?? 0);
  const size = timesTen(digits, tens - fraction.length + power);
  return Number(sign === "-" ? -size : size);
}

function timesTen(value: bigint, power: number): bigint {
  if (power >= 0) return value * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  return (value + divisor - 1n) / divisor;
}
