import { answers, type Daemon } from "../daemon";
import type { Settings } from "../settings";

/** The stand-in of Supabase's REST door: it answers for a database of the lab's PostgreSQL, `/<database>/rest/v1/`. */
export function supabase(settings: Settings, binary: string, password: string): Daemon {
  const { nodeAddress, ports } = settings;
  const socket = { host: nodeAddress, port: ports.supabase };
  const database = `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${ports.postgres}/postgres`;
  return {
    name: "supabase",
    command: [binary, "supabase", "--listen", `${nodeAddress}:${ports.supabase}`],
    env: { DATABASE_URL: database },
    listens: [socket],
    ready: () => answers(socket),
  };
}
