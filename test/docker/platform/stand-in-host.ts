import { Readable, type Writable } from "node:stream";
import type Docker from "dockerode";
import type { ContainerFacts } from "../../../components/docker/facts/host-facts";
import type { DockerHost } from "../../../components/docker/platform/docker-host";
import { ours } from "../facts";

/** A gateway behind the stand-in of a front proxy. */
interface Server {
  readonly name: string;
  status: "UP" | "DRAIN" | "MAINT";
  open: number;
}

/** A host in memory with front proxies that know servers and answer at their runtime API. */
export function standInHost(wanted: readonly string[], drainSeconds = 60) {
  const containers = new Map<string, ContainerFacts>();
  const servers: Server[] = [];
  const done: string[] = [];
  /** `lost` names a container about which the daemon cannot be asked. */
  const world = { log: "", info: "", lost: "", said: [] as string[], done, servers, containers };
  const put = (role: string, name: string, change: Partial<ContainerFacts> = {}) => {
    containers.set(name, ours(role, { name, ...change }));
  };
  const answerTo = (command: string): string => {
    if (command.startsWith("show stat"))
      return [
        "# pxname,svname,status,scur,qcur,addr",
        ...servers.map((one) => `gateway,${one.name},${one.status},${one.open},0,a:1`),
      ].join("\n");
    if (command === "show info") return world.info;
    done.push(command);
    const [verb, , place = "", , state] = command.split(" ");
    const name = place.split("/")[1] ?? "";
    if (verb === "add") servers.push({ name, status: "MAINT", open: 0 });
    const at = servers.findIndex((one) => one.name === name);
    const status = ({ ready: "UP", drain: "DRAIN", maint: "MAINT" } as const)[state as "ready"];
    if (verb === "set" && servers[at] !== undefined) servers[at].status = status;
    if (verb === "del") servers.splice(at, 1);
    return { add: "New server registered.", del: "Server deleted." }[verb ?? ""] ?? "";
  };
  const exec = (program: readonly string[]) => {
    const text = program.includes("unix") ? answerTo(program.at(-1)?.trim() ?? "") : "";
    return {
      start: () => Promise.resolve(Readable.from([text])),
      inspect: () => Promise.resolve({ ExitCode: 0 }),
    };
  };
  const containerOf = (name: string) => ({
    exec: ({ Cmd }: { readonly Cmd: readonly string[] }) =>
      name === world.lost
        ? Promise.reject(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }))
        : Promise.resolve(exec(Cmd)),
    start: () => {
      done.push(`start ${name}`);
      put("proxy", name);
      return Promise.resolve();
    },
    stop: () => {
      done.push(`stop ${name}`);
      put("proxy", name, { state: "exited" });
      return Promise.resolve();
    },
    putArchive: () => {
      done.push(`configure ${name}`);
      return Promise.resolve();
    },
    inspect: () => Promise.resolve({ State: { StartedAt: "2026-01-01T00:00:00Z" } }),
    logs: () => Promise.resolve(Buffer.from(world.log)),
  });
  const docker = {
    getContainer: containerOf,
    modem: {
      demuxStream: (from: Readable, out: Writable) => {
        from.on("data", (part) => out.write(part));
      },
    },
  } as unknown as Docker;
  const host: DockerHost = {
    docker,
    place: { host: "unix:///run/docker.sock", namespace: "smoltbot" },
    io: { env: {}, say: (line) => void world.said.push(line) },
    wanted: () => ({
      gateway: "smoltbot",
      containers: { proxy: ["proxy-new"], gateway: [...wanted] },
      proxy: {
        bind: "0.0.0.0:8787",
        idleSeconds: 60,
        drainSeconds,
        servers: wanted.map((name) => ({ name, address: "127.1.1.1:18787" })),
      },
    }),
    ofRole: () => Promise.resolve([...containers.values()]),
    look: () => Promise.reject(new Error("nobody looks at workloads here")),
  };
  return { ...world, world, put, host };
}
