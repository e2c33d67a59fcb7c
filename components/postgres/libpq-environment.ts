import { StepFailure } from "../upgrade/step-io";

/** Query parameters that libpq also takes from the environment. Source: PostgreSQL 15, libpq-envars. */
export const libpqParameters: Readonly<Record<string, string>> = {
  host: "PGHOST",
  hostaddr: "PGHOSTADDR",
  port: "PGPORT",
  user: "PGUSER",
  password: "PGPASSWORD",
  dbname: "PGDATABASE",
  passfile: "PGPASSFILE",
  application_name: "PGAPPNAME",
  options: "PGOPTIONS",
  connect_timeout: "PGCONNECT_TIMEOUT",
  sslmode: "PGSSLMODE",
  sslrootcert: "PGSSLROOTCERT",
  sslcert: "PGSSLCERT",
  sslkey: "PGSSLKEY",
  sslcrl: "PGSSLCRL",
  sslsni: "PGSSLSNI",
  ssl_min_protocol_version: "PGSSLMINPROTOCOLVERSION",
  requirepeer: "PGREQUIREPEER",
  channel_binding: "PGCHANNELBINDING",
  gssencmode: "PGGSSENCMODE",
  krbsrvname: "PGKRBSRVNAME",
  target_session_attrs: "PGTARGETSESSIONATTRS",
};

/**
 * Settings that libpq takes from no environment: an idle connection speaks up every 30 s, so that no network in between forgets it, and one
 * whose other end is gone for a minute ends. Source: PostgreSQL 15, libpq-connect.
 */
export const keepalives: Readonly<Record<string, string>> = {
  keepalives: "1",
  keepalives_idle: "30",
  keepalives_interval: "10",
  keepalives_count: "3",
};

/** The same for the command line of psql and pg_dump: whatever else a connection takes stays in the environment. */
export const keepaliveArguments: readonly string[] = [
  "-d",
  Object.entries(keepalives)
    .map(([name, value]) => `${name}=${value}`)
    .join(" "),
];

/**
 * Turns a connection string into the variables that psql, pg_dump and pg_restore read, so that no part of it stands on
 * a command line. Percent-encoding is undone; parameters that belong to other drivers are left out, except for `ssl=true`
 * and `sslmode=no-verify`, which ask for encryption and keep it.
 *
 * @throws StepFailure if the string is no connection string; the message does not repeat it.
 */
export function libpqEnvironment(text: string, variable: string): Readonly<Record<string, string>> {
  const url = parse(text, variable);
  const decode = (part: string): string => decoded(part, variable);
  const found: Record<string, string> = {};
  const set = (name: string, value: string): void => {
    if (value !== "") found[name] = value;
  };
  if (url.hostname !== noHost) set("PGHOST", decode(url.hostname).replace(/^\[(.*)\]$/, "$1"));
  set("PGPORT", url.port);
  set("PGUSER", decode(url.username));
  set("PGPASSWORD", decode(url.password));
  set("PGDATABASE", decode(pathIn(text)));
  for (const [key, value] of url.searchParams) {
    const name = libpqParameters[key];
    if (name !== undefined) set(name, value);
    if (key === "ssl" && value === "true") found["PGSSLMODE"] ??= "require";
  }
  if (found["PGSSLMODE"] === "no-verify") found["PGSSLMODE"] = "require";
  found["PGDATABASE"] ??= found["PGUSER"] ?? "postgres";
  return found;
}

/** The same of a connection string that may be missing or wrong, for whoever only compares: then there is nothing. */
export function partsOfUrl(
  url: string | undefined,
  variable: string,
): Readonly<Record<string, string>> {
  try {
    return url === undefined ? {} : libpqEnvironment(url, variable);
  } catch {
    return {};
  }
}

const fix = (variable: string): string =>
  `set ${variable} to postgres://user:password@host:5432/database, with special characters of the password percent-encoded`;

const noHost = "no-host.invalid";

function parse(text: string, variable: string): URL {
  // A user without a host means the local socket; the URL standard knows no such thing.
  const whole = text.replace(/^([a-z+]+:\/\/[^/?#]*@)(?=[/?]|$)/, `$1${noHost}`);
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url === undefined || !/^postgres(ql)?(\+\w+)?:$/.test(url.protocol)) {
    throw new StepFailure(`${variable} is not a connection string of PostgreSQL`, fix(variable));
  }
  return url;
}

/** What follows the host, as it is written: the URL standard resolves `.` and `..`, and would lead to another database. */
const pathIn = (text: string): string =>
  /^[^/]*\/\/[^/?#]*\/([^?#]*)/.exec(text.trim().replaceAll(/[\r\n\t]/g, ""))?.[1] ?? "";

function decoded(part: string, variable: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new StepFailure(`${variable} holds a % that encodes nothing`, fix(variable));
  }
}
