import { asClause } from "./counted";
import type { Objection } from "./finding";

/** What a gate says where its look failed (law 3): the reason in words, and that the look has to be made possible. */
export const couldNotLook = (at: string, what: string, reason: string): Objection => ({
  at,
  found: `no look at ${what}: ${asClause(reason)}`,
  expected: `a look at ${what}`,
  fix: `make ${what} reachable from here, with rights to read, and run again`,
});
