import { isDeepStrictEqual } from "node:util";
import type { Session } from "./session";
import { sqlName, sqlText } from "./sql-text";
import { StepFailure, wordsOf } from "../upgrade/step-io";
import { readProperties, type DatabaseProperties } from "./live-database";

/**
 * Gives a new database the limit of connections, the privileges and the settings of another one; owner and tablespace it was made with.
 *
 * @throws StepFailure if the role may not, or where they differ afterwards.
 */
export async function copyProperties(
  server: Session,
  name: string,
  wanted: DatabaseProperties,
): Promise<void> {
  const statements = [
    `ALTER DATABASE ${sqlName(name)} CONNECTION LIMIT ${wanted.limit};`,
    ...grantStatements(name, wanted),
    ...settingStatements(name, wanted),
  ];
  try {
    await server.query(statements.join("\n"));
  } catch (error) {
    throw new StepFailure(
      `the privileges and settings of the live database cannot be given to the new one: ${wordsOf(error)}`,
      "give the restore a connection string of a role that may, such as an administrator's",
    );
  }
  const found = await readProperties(server, name);
  if (isDeepStrictEqual(found, wanted)) return;
  throw new StepFailure(
    `the new database did not take these of the live one: ${differences(found, wanted).join(", ")}`,
    "give the restore a connection string of the owner's or an administrator's role",
  );
}

/** What differs, by its name: a setting of a database may hold a secret. */
function differences(found: DatabaseProperties, wanted: DatabaseProperties): readonly string[] {
  const plain = [
    ["owner", found.owner, wanted.owner],
    ["tablespace", found.tablespace, wanted.tablespace],
    ["limit of connections", found.limit, wanted.limit],
  ] as const;
  const missing = wanted.settings.filter((one) => !has(found.settings, one));
  const added = found.settings.filter((one) => !has(wanted.settings, one));
  return [
    ...plain.flatMap(([what, is, was]) => (is === was ? [] : [`${what} ${is} instead of ${was}`])),
    ...(isDeepStrictEqual(found.grants, wanted.grants) ? [] : ["privileges on it"]),
    ...new Set([...missing, ...added].map(settingName)),
  ];
}

type Settings = DatabaseProperties["settings"];

const has = (settings: Settings, { role, setting }: Settings[number]): boolean =>
  settings.some((one) => one.role === role && one.setting === setting);

const settingName = ({ role, setting }: Settings[number]): string =>
  `setting ${setting.split("=", 1)[0] ?? ""}${role === "" ? "" : ` of role ${role}`}`;

const grantStatements = (name: string, { grants, owner }: DatabaseProperties): readonly string[] =>
  grants === null
    ? []
    : [
        `REVOKE ALL ON DATABASE ${sqlName(name)} FROM PUBLIC, ${sqlName(owner)};`,
        ...grants.map(
          ({ to, privilege, grantable }) =>
            `GRANT ${privilege} ON DATABASE ${sqlName(name)} TO ${to === "" ? "PUBLIC" : sqlName(to)}${grantable ? " WITH GRANT OPTION" : ""};`,
        ),
      ];

const settingStatements = (name: string, { settings }: DatabaseProperties): readonly string[] =>
  settings.map(({ role, setting }) => {
    const [, key = "", value = ""] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
    const whose =
      role === ""
        ? `ALTER DATABASE ${sqlName(name)}`
        : `ALTER ROLE ${sqlName(role)} IN DATABASE ${sqlName(name)}`;
    return `${whose} SET ${key.split(".").map(sqlName).join(".")} TO ${literal(key, value)};`;
  });

/**
 * Settings that are lists are kept with their items quoted, and one text would be taken for a single item.
 *
 * Source: PostgreSQL 15, src/bin/pg_dump/dumputils.c (variable_is_guc_list_quote).
 */
const lists: readonly string[] = [
  "local_preload_libraries",
  "search_path",
  "session_preload_libraries",
  "shared_preload_libraries",
  "temp_tablespaces",
  "unix_socket_directories",
];

const literal = (key: string, value: string): string =>
  lists.includes(key.toLowerCase()) && value !== "" && value !== '""'
    ? value
    : sqlText(value.replace(/^""$/, ""));
