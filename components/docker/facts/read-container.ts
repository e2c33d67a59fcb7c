import { z } from "zod";
import type { ContainerFacts, MountFacts, PortFacts } from "./host-facts";

const texts = z.record(z.string(), z.string()).nullish();

/**
 * What is read of `docker inspect`. More is there; what an older daemon leaves out has a default.
 *
 * Source: `moby/moby@v24.0.7:api/swagger.yaml` (ContainerInspect).
 */
const inspected = z.object({
  Id: z.string(),
  Name: z.string(),
  Created: z.string(),
  Image: z.string(),
  RestartCount: z.number().default(0),
  State: z.object({
    Status: z.enum(["created", "running", "paused", "restarting", "removing", "exited", "dead"]),
    ExitCode: z.number().default(0),
    OOMKilled: z.boolean().default(false),
    StartedAt: z.string().nullish(),
    Health: z
      .object({
        Status: z.string(),
        Log: z.array(z.object({ Output: z.string().default("") })).nullish(),
      })
      .nullish(),
  }),
  Config: z.object({
    Image: z.string(),
    Env: z.array(z.string()).nullish(),
    Labels: texts,
    StopTimeout: z.number().nullish(),
  }),
  HostConfig: z.object({
    RestartPolicy: z.object({ Name: z.string() }).nullish(),
    Memory: z.number().default(0),
    LogConfig: z.object({ Type: z.string(), Config: texts }).nullish(),
    PortBindings: z
      .record(
        z.string(),
        z.array(z.object({ HostIp: z.string().optional(), HostPort: z.string() })).nullable(),
      )
      .nullish(),
  }),
  Mounts: z
    .array(
      z.object({
        Type: z.string(),
        Name: z.string().optional(),
        Source: z.string().default(""),
        Destination: z.string(),
      }),
    )
    .nullish(),
  NetworkSettings: z
    .object({
      Networks: z
        .record(z.string(), z.object({ Aliases: z.array(z.string()).nullish() }))
        .nullish(),
    })
    .nullish(),
});

/** A container as `docker inspect` tells it. */
export type Inspected = z.infer<typeof inspected>;

/** @throws Error naming what is missing if it is no answer of `docker inspect` */
export function parseInspected(answer: unknown): Inspected {
  const { data, error } = inspected.safeParse(answer);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  throw new Error(`docker inspect: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "unread"}`);
}

/** What gates judge of it. Values of its environment are left out: they may be secret. */
export function readContainer(found: Inspected): ContainerFacts {
  const { Config: config, HostConfig: host, State: state } = found;
  const networks = Object.entries(found.NetworkSettings?.Networks ?? {});
  return {
    id: found.Id,
    name: found.Name.replace(/^\//, ""),
    image: config.Image,
    imageId: found.Image,
    labels: config.Labels ?? {},
    state: state.Status,
    health: healthOf(state.Health?.Status),
    exitCode: state.ExitCode,
    outOfMemory: state.OOMKilled,
    restarts: found.RestartCount,
    createdAt: Date.parse(found.Created),
    startedAt: momentOf(state.StartedAt ?? ""),
    healthSaid: state.Health?.Log?.at(-1)?.Output.trim() ?? "",
    environmentKeys: Object.keys(environmentOf(found)).sort(),
    mounts: (found.Mounts ?? []).map(mountOf),
    ports: portsOf(host.PortBindings ?? {}),
    networks: Object.fromEntries(networks.map(([name, { Aliases }]) => [name, Aliases ?? []])),
    restart: host.RestartPolicy?.Name ?? "no",
    stopSeconds: config.StopTimeout ?? undefined,
    memory: host.Memory,
    log: {
      driver: host.LogConfig?.Type ?? "",
      options: host.LogConfig?.Config ?? {},
    },
  };
}

/** Its environment with the values, secrets among them. */
export const environmentOf = ({ Config }: Inspected): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (Config.Env ?? []).map((line) => {
      const equals = line.indexOf("=");
      return equals < 0 ? [line, ""] : [line.slice(0, equals), line.slice(equals + 1)];
    }),
  );

const healthOf = (status = "none"): ContainerFacts["health"] =>
  status === "starting" || status === "healthy" || status === "unhealthy" ? status : "none";

const mountOf = ({
  Type,
  Name,
  Source,
  Destination,
}: NonNullable<Inspected["Mounts"]>[number]): MountFacts =>
  Type === "volume"
    ? { kind: "volume", source: Name ?? Source, path: Destination }
    : { kind: Type === "bind" ? "bind" : "other", source: Source, path: Destination };

type Bindings = NonNullable<Inspected["HostConfig"]["PortBindings"]>;

/** As they were asked for, so that a stopped container tells them too. A port that Docker is to choose is left out. */
const portsOf = (bindings: Bindings): readonly PortFacts[] =>
  Object.entries(bindings).flatMap(([port, places]) =>
    port.endsWith("/tcp")
      ? (places ?? [])
          .filter(({ HostPort }) => HostPort !== "" && HostPort !== "0")
          .map(({ HostIp, HostPort }) => ({
            address: HostIp === undefined || HostIp === "" ? "0.0.0.0" : HostIp,
            hostPort: Number(HostPort),
            port: Number.parseInt(port, 10),
          }))
      : [],
  );

/** The year 1 stands for never. */
const momentOf = (time: string): number | undefined => {
  const moment = Date.parse(time);
  return Number.isNaN(moment) || moment <= 0 ? undefined : moment;
};
