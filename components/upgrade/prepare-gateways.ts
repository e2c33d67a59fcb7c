import type { Prepared } from "./prepared";

/** A kind of place where gateways run. It is only ever given gateways that name it: a method, so that kinds with gateways of their own stand in one list. */
export interface TargetKind<Gateway> {
  /** Key by which the settings of a gateway name it: `kubernetes`. */
  readonly name: string;
  /**
   * Looks at all gateways of this kind, plans, and asks every gate; they are prepared together, since they may share a place. Touches nothing.
   *
   * @param all - those of the stack, wherever they run: a rule may hold one to the release of another
   */
  prepare(gateways: readonly Gateway[], all: readonly Gateway[]): Promise<readonly Prepared[]>;
}

/** A gateway, as far as it says where it runs. */
interface Placeable {
  readonly config: { readonly name: string; readonly settings: object };
}

/**
 * Prepares every gateway of a stack in the place that it names.
 *
 * @returns them in their order
 * @throws Error where a gateway names no place, or more than one
 */
export async function prepareGateways<Gateway extends Placeable>(
  gateways: readonly Gateway[],
  targets: readonly TargetKind<Gateway>[],
): Promise<readonly Prepared[]> {
  const placed = gateways.map((gateway) => ({ gateway, target: targetOf(gateway, targets) }));
  const prepared = await Promise.all(
    targets.map((target) => {
      const here = placed.filter((one) => one.target === target).map(({ gateway }) => gateway);
      return here.length === 0 ? Promise.resolve([]) : target.prepare(here, gateways);
    }),
  );
  const order = gateways.map(({ config }) => config.name);
  return prepared.flat().sort((one, other) => order.indexOf(one.name) - order.indexOf(other.name));
}

function targetOf<Gateway extends Placeable>(
  { config: { name, settings } }: Gateway,
  targets: readonly TargetKind<Gateway>[],
): TargetKind<Gateway> {
  const named = targets.filter((target) => target.name in settings);
  const [target] = named;
  if (target !== undefined && named.length === 1) return target;
  const found = named.length === 0 ? "no place" : named.map((one) => one.name).join(" and ");
  throw new Error(
    `gateway ${name}: found ${found} to run in; expected exactly one of ${targets.map((one) => one.name).join(", ")}. Fix: name one in the stack file.`,
  );
}
