// Imported by Node before a program in the lab (language-host.ts). The lab's language host is older than resource hooks and does not pass their registration on to
// the engine; that of a CLI of today does. The engine is asked past it then: it listens where the language host is connected to.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
if (/\/cmd\/run(\/|$)/.test(process.argv[1] ?? "")) passHooksOn();

function passHooksOn() {
  const { credentials, status } = require("@grpc/grpc-js");
  const { ResourceMonitorClient } = require("@pulumi/pulumi/proto/resource_grpc_pb.js");
  const { registerResourceHook } = ResourceMonitorClient.prototype;
  ResourceMonitorClient.prototype.registerResourceHook = function (hook, done) {
    const ask = (client, others) =>
      registerResourceHook.call(client, hook, (error, answer) => {
        const [next, ...rest] = others;
        if (error?.code !== status.UNIMPLEMENTED || next === undefined) done(error, answer);
        else ask(new ResourceMonitorClient(next, credentials.createInsecure()), rest);
      });
    ask(this, connectionsOf(process.ppid));
  };
}

/** Addresses of this machine that a process has connected to by itself, the newest first. */
function connectionsOf(pid) {
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  const sockets = readFileSync(`/proc/${pid}/net/tcp`, "utf8")
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((cells) => own.has(cells[9]))
    .map(([, local, remote, state]) => ({ local: portOf(local), remote: portOf(remote), state }));
  const served = new Set(sockets.filter(({ state }) => state === "0A").map(({ local }) => local));
  return sockets
    .filter(({ local, state }) => state === "01" && !served.has(local))
    .map(({ remote }) => `127.0.0.1:${remote}`)
    .reverse();
}

function portOf(address) {
  return Number.parseInt(address.split(":")[1], 16);
}
