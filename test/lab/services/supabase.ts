import { answers, type Daemon } from "../daemon";
import { run } from "../run";
import type { Settings } from "../settings";

/** As Supabase calls the role of its REST service. It reads, and is no superuser. */
const ROLE = "authenticator";

const ENSURE_ROLE = `
  \\getenv password LAB_ROLE_PASSWORD
  SELECT 'CREATE ROLE ${ROLE}' WHERE to_regrole('${ROLE}') IS NULL \\gexec
  ALTER ROLE ${ROLE} LOGIN PASSWORD :'password';
  GRANT pg_read_all_data TO ${ROLE};
`;

/** The stand-in of Supabase's REST door: it answers for a database of the lab's PostgreSQL, `/<database>/rest/v1/`. */
export async function supabase(
  settings: Settings,
  binary: string,
  password: string,
): Promise<Daemon> {
  const { nodeAddress, ports } = settings;
  const socket = { host: nodeAddress, port: ports.supabase };
  const place = { PGHOST: "127.0.0.1", PGPORT: String(ports.postgres), PGUSER: "postgres" };
  const secrets = { PGPASSWORD: password, LAB_ROLE_PASSWORD: password };
  await run("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-"], {
    input: ENSURE_ROLE,
    env: { ...place, ...secrets, PGDATABASE: "postgres" },
  });
  const database = `postgres://${ROLE}:${encodeURIComponent(password)}@127.0.0.1:${ports.postgres}/postgres`;
  return {
    name: "supabase",
    command: [binary, "supabase", "--listen", `${nodeAddress}:${ports.supabase}`],
    env: { DATABASE_URL: database },
    listens: [socket],
    ready: () => answers(socket),
  };
}
