import { keepalives, libpqParameters } from "./libpq-environment";

/** Folder of the pod in which its connection lies: in memory, and for its one user. */
export const CONNECTION = "/connection";

/** Variables by which psql, pg_dump and pg_restore find the connection: none of them holds any of it. */
export const connectionEnvironment: Readonly<Record<string, string>> = {
  PGSERVICEFILE: `${CONNECTION}/pg_service.conf`,
  PGSERVICE: "gateway",
  PGPASSFILE: `${CONNECTION}/pgpass`,
  PGCONNECT_TIMEOUT: "10",
};

/** Parameters of a connection string that say where files of this machine or another service are. */
const foreign = ["passfile", "password"];

const known = Object.keys(libpqParameters).filter((name) => !foreign.includes(name));

/**
 * Program of awk that turns the connection string in DATABASE_URL into the files of libpq: a service, its password, and, last, the name
 * of the database. It reads the string as {@link libpqEnvironment} does, so that both ways lead to the same place.
 */
export const connectionParser = String.raw`
function fail(words) { print "the connection string " words; failed = 1; exit 1 }
function digit(text) { return index("0123456789abcdef", tolower(text)) - 1 }
function decoded(text,   out, at, code) {
  while ((at = index(text, "%")) > 0) {
    code = substr(text, at + 1, 2)
    if (code !~ /^[0-9A-Fa-f][0-9A-Fa-f]$/) fail("holds a % that encodes nothing")
    if (code ~ /^[01]/) fail("holds a control character")
    out = out substr(text, 1, at - 1) sprintf("%c", digit(substr(code, 1, 1)) * 16 + digit(substr(code, 2)))
    text = substr(text, at + 3)
  }
  return out text
}
function put(name, value) { if (value != "") set[name] = value }
function before(text, sign) { return index(text, sign) ? substr(text, 1, index(text, sign) - 1) : text }
function after(text, sign) { return index(text, sign) ? substr(text, index(text, sign) + 1) : "" }
function place(text,   list, count, i, host, hosts, port, ports, comma) {
  count = split(text, list, ",")
  for (i = 1; i <= count; i++) {
    host = list[i]; port = ""
    if (match(host, /:[0-9]*$/)) { port = substr(host, RSTART + 1); host = substr(host, 1, RSTART - 1) }
    if (host !~ /^\[.*\]$/ && host ~ /:/) fail("holds a special character that is not percent-encoded")
    gsub(/^\[|\]$/, "", host)
    comma = i > 1 ? "," : ""
    hosts = hosts comma decoded(host)
    ports = ports comma port
  }
  put("host", hosts)
  if (ports ~ /[0-9]/) put("port", ports)
}
function parameter(name, value) {
  gsub(/\+/, " ", value)
  value = decoded(value)
  if (name == "ssl" && value == "true" && !("sslmode" in set)) set["sslmode"] = "require"
  if (name == "sslmode" && value == "no-verify") value = "require"
  if (name == "password") password = value
  else if (index(" KNOWN ", " " name " ")) put(name, value)
}
BEGIN {
  text = ENVIRON["DATABASE_URL"]
  gsub(/[\r\n\t]/, "", text)
  if (text !~ /^postgres(ql)?(\+[a-z0-9_]+)?:\/\//) fail("is none of PostgreSQL")
  sub(/^[^:]*:\/\//, "", text)
  text = before(text, "#")
  count = split(after(text, "?"), parameters, "&")
  text = before(text, "?")
  base = decoded(after(text, "/"))
  text = before(text, "/")
  if (match(text, /^.*@/)) { login = substr(text, 1, RLENGTH - 1); text = substr(text, RLENGTH + 1) }
  put("user", decoded(before(login, ":")))
  password = decoded(after(login, ":"))
  place(text)
  put("dbname", base)
  for (i = 1; i <= count; i++) parameter(decoded(before(parameters[i], "=")), after(parameters[i], "="))
  if (!("dbname" in set)) set["dbname"] = ("user" in set) ? set["user"] : "postgres"
  print "[gateway]" > "pg_service.conf"
  for (name in set) print name "=" set[name] > "pg_service.conf"
  KEEPALIVES
  close("pg_service.conf")
  gsub(/[\\:]/, "\\\\&", password)
  print "*:*:*:*:" password > "pgpass"
  close("pgpass")
  print set["dbname"] > "database"
}
END { if (failed) exit 1 }
`
  .replace("KNOWN", known.join(" "))
  .replace(
    "KEEPALIVES",
    Object.entries(keepalives)
      .map(([name, value]) => `print "${name}=${value}" > "pg_service.conf"`)
      .join("\n  "),
  );

/** Seconds that a pod waits for whoever made it, before it ends by itself. */
const longestWait = 120;

/**
 * What the pod runs: it writes the files of its connection, then waits for work that comes by `kubectl exec`. The string itself stays in the
 * environment: it stands on no command line. It ends when it is told to, or if nobody holds its leash.
 */
export const connectionScript = `umask 077
cd ${CONNECTION} || exit 1
LC_ALL=C awk '${connectionParser}' || exit 1
trap 'exit 0' TERM
waited=0
while [ "$waited" -lt ${longestWait} ] || [ -e leash ]; do
  sleep 1 & wait $!
  waited=$((waited + 1))
done
`;

/** Ends the pod when the input of this script ends: with the step that holds the other end, however that step ends. */
export const leashScript = `touch ${CONNECTION}/leash && cat > /dev/null; kill 1`;
