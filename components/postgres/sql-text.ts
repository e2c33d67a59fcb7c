/** A text as a literal of SQL. Not for secrets: none of ours belongs in a statement. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A name as a quoted identifier of SQL. */
export const sqlName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
