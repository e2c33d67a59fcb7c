/** Amount per resource: `cpu` in millicores, all else in its own unit (`memory` in bytes). */
export type Amounts = Readonly<Record<string, number>>;

/** What one container asks for and what it may have. */
export interface ContainerResources {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

const MIB = 1024 ** 2;

/** `250m`, `512 MiB`, or the bare number of something else. */
export function describeAmount(resource: string, amount: number): string {
  if (resource === "cpu") return `${amount}m`;
  const isSpace = resource === "memory" || resource.endsWith("storage");
  return isSpace ? `${Number((amount / MIB).toFixed(1))} MiB` : String(amount);
}
