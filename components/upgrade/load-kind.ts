import { StepFailure } from "./step-io";

/** What is loaded by its name alone: nobody pays for the imports of the others. */
export type Kinds<Loaded> = Readonly<Record<string, () => Promise<Loaded>>>;

/**
 * Loads what goes by that name.
 *
 * @param missing - what to say if nothing does
 * @throws StepFailure with that, which names all kinds
 */
export function loadKind<Loaded>(
  kinds: Kinds<Loaded>,
  kind: string,
  missing: string,
): Promise<Loaded> {
  const load = kinds[kind];
  if (load === undefined)
    throw new StepFailure(missing, `name one of ${Object.keys(kinds).join(", ")}`);
  return load();
}
