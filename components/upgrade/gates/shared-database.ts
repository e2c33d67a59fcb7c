import type { DatabaseIdentity } from "../facts";
import { gate, type Finding } from "../finding";
import { isSameDatabase } from "../is-same-database";

const { pass, block } = gate("shared-database");

/** A gateway of the stack and its database. */
export interface DatabaseUser {
  readonly gateway: string;
  /** Host, port and name, as the stack file says them; undefined if it says none. */
  readonly place: string | undefined;
  /** Undefined if nobody could look. */
  readonly identity: DatabaseIdentity | undefined;
}

/**
 * Keeps two gateways of a stack from one database: each would migrate it, and a restore for one would take the other's rows away (law 5).
 */
export function sharedDatabase({
  own,
  others,
  at,
}: {
  readonly own: DatabaseUser;
  /** The other gateways of the stack. */
  readonly others: readonly DatabaseUser[];
  /** Config path of the own database. */
  readonly at: string;
}): readonly Finding[] {
  const sharing = others.filter((other) => isSame(own, other)).map(({ gateway }) => gateway);
  if (sharing.length === 0)
    return [
      pass({ at, found: `no other gateway of this stack uses the database of ${own.gateway}` }),
    ];
  return [
    block({
      at,
      found: `${[own.gateway, ...sharing].join(" and ")} use one database`,
      expected: "a database of its own for each gateway",
      fix: "give each of them another database in the stack file",
    }),
  ];
}

function isSame(one: DatabaseUser, other: DatabaseUser): boolean {
  if (one.identity !== undefined && other.identity !== undefined)
    return isSameDatabase(one.identity, other.identity);
  return one.place !== undefined && one.place === other.place;
}
