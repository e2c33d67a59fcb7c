import { gate, type Finding } from "../../upgrade/finding";
import { valueAt } from "../../upgrade/values";

const { pass, warn } = gate("values-trap");

/** A value that does not do what its name says. */
export interface ValueTrap {
  /** Keys from the root, joined by dots: `postgresql`, `image.tag`. */
  readonly path: string;
  /** What really happens: `no template reads it`. */
  readonly why: string;
  /** What to do instead. */
  readonly fix: string;
}

/** A value that the program decides by a setting of its own. */
export const decidedBy = (path: string, setting: string): ValueTrap => ({
  path,
  why: `${setting} decides it`,
  fix: `remove it and set ${setting}`,
});

/** Tells the operator of every value that is set and does nothing, or is decided elsewhere (T-08). Shows no value. */
export function valuesTrap({
  values,
  traps,
  at,
}: {
  readonly values: Readonly<Record<string, unknown>>;
  readonly traps: readonly ValueTrap[];
  /** Config path of the values. */
  readonly at: string;
}): readonly Finding[] {
  const sprung = traps.filter(({ path }) => isSet(valueAt(values, path.split("."))));
  if (sprung.length === 0) return [pass({ at, found: "no value that does nothing" })];
  return sprung.map(({ path, why, fix }) =>
    warn({ at: `${at}.${path}`, found: `a value, but ${why}`, expected: "no such value", fix }),
  );
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null;
