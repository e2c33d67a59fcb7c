import type { Fault } from "./faults";
import type { ConfiguredTarget, Place } from "./keys";
import type { Tree } from "./merge";
import type { Declared } from "./schema";

/** A gateway that has been read, and where it runs. */
export interface Placed<P> extends Declared<P> {
  readonly target: ConfiguredTarget;
  /** Where the stack file says so: `instances.eu.kubernetes`. */
  readonly placeAt: string;
}

/**
 * What no two gateways of a stack may have in common: a place, in which they would take each other's objects away, and what their target says beside it.
 *
 * @param namespace - of the keys of the stack file: `gateways:`
 */
export function sharedPlaces(
  gateways: readonly Placed<unknown>[],
  namespace: string,
): readonly Fault[] {
  return gateways.flatMap((gateway, index) => {
    for (const other of gateways.slice(0, index)) {
      const fault = sharedBy(gateway, other);
      if (fault !== undefined) return [{ ...fault, at: `${namespace}${fault.at}` }];
    }
    return [];
  });
}

function sharedBy(one: Placed<unknown>, other: Placed<unknown>): Fault | undefined {
  const { target, placeAt } = one;
  if (target.name !== other.target.name) return undefined;
  const [mine, theirs] = [settingsOf(one), settingsOf(other)];
  const place = target.place(mine);
  if (place.id === target.place(theirs).id) return samePlace(place, placeAt, other.config.name);
  const clash = target.clash?.(mine, theirs);
  if (clash === undefined) return undefined;
  const { at, words, expected, fix } = clash;
  const found = `${words}, which ${other.config.name} has`;
  return { at: `${placeAt}.${at}`, found, expected, fix };
}

const samePlace = ({ words, remedy }: Place, at: string, other: string): Fault => ({
  at,
  found: `${words}, where ${other} is`,
  expected: "a place of its own for every gateway",
  fix: remedy,
});

const settingsOf = ({ target, config }: Placed<unknown>): unknown =>
  (config.settings as unknown as Tree)[target.name];
