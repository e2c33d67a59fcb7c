/** The last migration of a schema as a message names it: `007.sql`, or `no migration` for "". */
export const headName = (head: string): string => (head === "" ? "no migration" : head);
