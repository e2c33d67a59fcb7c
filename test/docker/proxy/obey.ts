import type { LiveServer } from "../../../components/docker/proxy/runtime-api";

/** What the proxy makes of its commands, as far as a hand-over gives them. */
export function obey(servers: readonly LiveServer[], command: string): readonly LiveServer[] {
  const [verb = "", , place = "", what = "", state = ""] = command.split(" ");
  const name = place.split("/")[1] ?? "";
  if (verb === "add") return [...servers, { name, address: what, state: "stopped", open: 0 }];
  if (verb === "del") return servers.filter((server) => server.name !== name);
  const states = { ready: "ready", drain: "draining", maint: "stopped" } as const;
  return servers.map((server) =>
    server.name === name ? { ...server, state: states[state as keyof typeof states] } : server,
  );
}
