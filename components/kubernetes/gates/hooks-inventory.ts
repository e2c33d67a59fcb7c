import { gate, type Finding } from "../../upgrade/finding";

const { pass, block } = gate("hooks-inventory");

/** An object that the chart would have run by Helm at some moment, and that is never applied here. */
export interface ChartHook {
  readonly kind: string;
  readonly name: string;
  /** `pre-install`, `pre-upgrade`, `test`, ... */
  readonly hooks: readonly string[];
}

/**
 * Lets no hook of the chart get lost in silence: each is the chart's own test, or modelled by a chapter, or ignored by name
 * (T-05).
 *
 * Source: Helm, chart hooks: `test` (formerly `test-success`, `test-failure`) run on `helm test` alone.
 */
export function hooksInventory({
  hooks,
  modelled,
  ignored,
  at,
}: {
  readonly hooks: readonly ChartHook[];
  /** Hooks that a chapter stands for, as `Job/name`. */
  readonly modelled: readonly string[];
  /** Hooks that the operator gives up, as `Job/name` or by the name alone. */
  readonly ignored: readonly string[];
  /** Config path of the chart. */
  readonly at: string;
}): readonly Finding[] {
  const covered = new Set([...modelled, ...ignored]);
  const open = hooks.filter(
    (hook) => !isTest(hook) && !covered.has(hook.name) && !covered.has(keyOf(hook)),
  );
  if (open.length === 0) return [pass({ at, found: inventory(hooks) })];
  return open.map((hook) =>
    block({
      at: keyOf(hook),
      found: `a ${hook.hooks.join(" and ")} hook that nothing stands for`,
      expected: "every hook modelled by a chapter, or ignored by name",
      fix: `turn it off in the values, or add ${keyOf(hook)} to ignoreHooks`,
    }),
  );
}

const keyOf = ({ kind, name }: ChartHook): string => `${kind}/${name}`;

const isTest = ({ hooks }: ChartHook): boolean => hooks.every((hook) => /^test(-|$)/.test(hook));

const inventory = (hooks: readonly ChartHook[]): string =>
  hooks.length === 0 ? "no hooks" : `hooks that are covered: ${hooks.map(keyOf).sort().join(", ")}`;
