import { Readable, type Writable } from "node:stream";
import type Docker from "dockerode";
import { dockerHost } from "../../../components/docker/platform/docker-host";
import { frontProxy } from "../../../components/docker/platform/front-proxy";
import type { ComposePlace } from "../../../components/docker/platform/place";
import { takeOver } from "../../../components/docker/platform/take-over";

/** A container of a host in memory. */
interface Kept {
  readonly labels: Readonly<Record<string, string>>;
  state: "created" | "running" | "exited";
  restart: string;
}

const SERVICES = ["postgres", "redis", "gateway", "observer"];

const COMPOSE: ComposePlace = {
  project: "smoltbot",
  takes: {
    data: { postgres: "postgres", redis: "redis" },
    gateway: "gateway",
    others: ["observer"],
    stopSeconds: 20,
    ready: "/health/ready",
  },
  remove: [],
};

/**
 * A host in memory on which Compose runs a gateway, and ours are made: gateway and observer run, all else waits for the step.
 *
 * @param fails - name of a container that does not come up
 */
export function composeHost(change: Partial<ComposePlace> = {}, fails?: string) {
  const kept = new Map<string, Kept>();
  const done: string[] = [];
  const said: string[] = [];
  const put = (
    name: string,
    labels: Kept["labels"],
    state: Kept["state"] = "running",
    restart = "unless-stopped",
  ) => {
    kept.set(name, { labels, state, restart });
  };
  const theirs = (service: string, ...more: [Kept["state"]?, string?]) => {
    const label = "com.docker.compose";
    const labels = { [`${label}.project`]: "smoltbot", [`${label}.service`]: service };
    put(`smoltbot-${service}-1`, labels, ...more);
  };
  const ours = (role: string, state: Kept["state"]) => {
    put(`ours-${role}`, { "gateways.instance": "smoltbot", "gateways.role": role }, state);
  };
  for (const service of SERVICES) theirs(service);
  for (const role of ["postgres", "redis", "proxy"]) ours(role, "created");
  for (const role of ["gateway", "observer"]) ours(role, "running");
  const host = dockerHost(
    dockerOf(kept, done, fails),
    {
      host: "unix:///run/docker.sock",
      namespace: "smoltbot",
      compose: { ...COMPOSE, ...change },
      wanted: {
        gateway: "smoltbot",
        containers: {
          gateway: ["ours-gateway"],
          observer: ["ours-observer"],
          proxy: ["ours-proxy"],
        },
        proxy: {
          bind: "0.0.0.0:8787",
          idleSeconds: 60,
          drainSeconds: 60,
          servers: [{ name: "ours-gateway", address: "127.1.1.1:18787" }],
        },
      },
    },
    { env: {}, say: (line) => void said.push(line) },
  );
  return {
    done,
    said,
    theirs,
    ours,
    run: () => takeOver(host, frontProxy(host)),
    running: () => [...kept].flatMap(([name, { state }]) => (state === "running" ? [name] : [])),
    restart: (name: string) => kept.get(name)?.restart,
    names: () => [...kept.keys()],
    remove: (name: string) => kept.delete(name),
  };
}

function dockerOf(kept: Map<string, Kept>, done: string[], fails?: string): Docker {
  const change = (name: string, verb: string, state: Kept["state"]): Promise<void> => {
    const found = kept.get(name);
    if (found === undefined)
      return Promise.reject(Object.assign(new Error("gone"), { statusCode: 404 }));
    if (found.state === state || (state === "exited" && found.state === "created"))
      return Promise.resolve();
    done.push(`${verb} ${name}`);
    found.state = state;
    return Promise.resolve();
  };
  const containerOf = (name: string) => ({
    inspect: () => Promise.resolve(inspectedOf(name, kept.get(name)!, name === fails)),
    start: () => change(name, "start", "running"),
    stop: () => change(name, "stop", "exited"),
    update: ({ RestartPolicy }: { readonly RestartPolicy: { readonly Name: string } }) => {
      kept.get(name)!.restart = RestartPolicy.Name;
      return Promise.resolve();
    },
    remove: () => {
      kept.delete(name);
      return Promise.resolve();
    },
    putArchive: () => Promise.resolve(),
    logs: () => Promise.resolve(Buffer.from("")),
    exec: () =>
      Promise.resolve({
        start: () => Promise.resolve(Readable.from(["HTTP/1.0 200 OK\r\n\r\nok"])),
        inspect: () => Promise.resolve({ ExitCode: name === fails ? 1 : 0 }),
      }),
  });
  return {
    listContainers: ({ filters }: { readonly filters: string }) => {
      const { label = [] } = JSON.parse(filters) as { readonly label?: readonly string[] };
      const names = [...kept].filter(([, { labels }]) =>
        label.every((one) => labels[one.split("=")[0] ?? ""] === one.split("=")[1]),
      );
      return Promise.resolve(names.map(([Id]) => ({ Id })));
    },
    getContainer: containerOf,
    getImage: () => ({ inspect: () => Promise.resolve({}) }),
    modem: {
      demuxStream: (from: Readable, out: Writable) => {
        from.on("data", (part) => out.write(part));
      },
    },
  } as unknown as Docker;
}

const inspectedOf = (name: string, { labels, state, restart }: Kept, isUnwell: boolean) => ({
  Id: name,
  Name: `/${name}`,
  Created: "2026-01-01T00:00:00Z",
  Image: "sha256:1",
  RestartCount: isUnwell ? 9 : 0,
  State: {
    Status: state,
    Running: state === "running",
    StartedAt: "2026-01-01T00:00:00Z",
    Health: { Status: isUnwell ? "unhealthy" : "healthy" },
  },
  Config: { Image: "image:1", Labels: labels, Healthcheck: { Test: ["CMD", "true"] } },
  HostConfig: { RestartPolicy: { Name: restart } },
});
