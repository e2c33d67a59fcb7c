import { z } from "zod";
import { sqlText } from "./sql-text";

/** Encoding and order of texts of a database, as its server lists them. */
export const localeSchema = z.object({
  encoding: z.string(),
  datcollate: z.string(),
  datctype: z.string(),
  /** libc, icu or builtin. */
  datlocprovider: z.string().default("c"),
  daticulocale: z.string().nullish(),
  datlocale: z.string().nullish(),
  /** Role that owns it. */
  owner: z.string().optional(),
});

export type Locale = z.infer<typeof localeSchema>;

/** Query for the locale of the current database; columns that a server does not have are missing in its row. */
export const localeSql = `
SELECT to_jsonb(d) || jsonb_build_object('encoding', pg_encoding_to_char(d.encoding), 'datacl', null, 'owner', pg_get_userbyid(d.datdba))
FROM pg_database d WHERE datname = current_database();`;

/** The words of CREATE DATABASE that give a new database the same encoding and order of texts. */
export function localeClause(locale: Locale): string {
  const provider = { i: "icu", b: "builtin" }[locale.datlocprovider];
  const name = locale.datlocale ?? locale.daticulocale ?? "";
  return [
    `ENCODING ${sqlText(locale.encoding)}`,
    `LC_COLLATE ${sqlText(locale.datcollate)} LC_CTYPE ${sqlText(locale.datctype)}`,
    ...(provider === undefined
      ? []
      : [`LOCALE_PROVIDER ${provider} ${provider.toUpperCase()}_LOCALE ${sqlText(name)}`]),
  ].join(" ");
}
