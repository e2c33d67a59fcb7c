import { holds, isAbout, type Catalogue, type CatalogueEntry } from "../plan/catalogue";
import { valueAt, type Values } from "../values";
import { gate, type Finding } from "../finding";
import { goesBack, type Plan } from "../plan/plan";

const { pass, warn, block } = gate("catalogue");

/** What this gate looks at. */
export interface CatalogueArgs {
  readonly catalogue: Catalogue;
  readonly plan: Plan;
  /** The operator's own values. */
  readonly values: Values;
  /** Config path of the version. */
  readonly at: string;
  /** Config path of one of them: of `config.LOG_LEVEL`. */
  readonly valueAt: (path: string) => string;
}

/**
 * Lets nobody go to a release that is known to be bad, nor with values that it is known to read no longer (S-23). What the releases on
 * the way bring is the gate notes' to tell, what keys they need the gate required-keys' to ask.
 */
export function catalogue(question: CatalogueArgs): readonly Finding[] {
  const { plan, at } = question;
  const findings = question.catalogue.flatMap((entry) => [
    ...bad(entry, plan, at),
    ...values(entry, question),
  ]);
  return findings.length > 0 ? findings : [pass({ at, found: `nothing known against ${plan.to}` })];
}

function bad(entry: CatalogueEntry, plan: Plan, at: string): readonly Finding[] {
  if (entry.knownBad === undefined || !isAbout(entry, plan.to)) return [];
  // Whoever goes back flees from something worse, and must not be kept from it.
  return [
    (goesBack(plan) ? warn : block)({
      at,
      found: `${plan.to}, known to be bad: ${entry.knownBad}`,
      expected: "a release that is known to work",
      fix: `choose another release${entry.notes === undefined ? "" : `; see ${entry.notes}`}`,
    }),
  ];
}

function values(entry: CatalogueEntry, question: CatalogueArgs): readonly Finding[] {
  if (!holds(entry, question.plan.to)) return [];
  const gone = entry.removedValues.map((path) => [path, undefined] as const);
  return [...gone, ...Object.entries(entry.renamedValues)]
    .filter(([path]) => valueAt(question.values, path.split(".")) !== undefined)
    .map(([path, name]) =>
      block({
        at: question.valueAt(path),
        found: `a value that ${question.plan.to} does not read`,
        expected: name === undefined ? "no such value" : `the same under the name ${name}`,
        fix: name === undefined ? "remove it" : `write it as ${question.valueAt(name)}`,
      }),
    );
}
