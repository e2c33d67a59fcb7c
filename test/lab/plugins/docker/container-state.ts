import { isMap, plainText, type PropertyMap, type PropertyValue } from "../protocol/values";
import { asList } from "./fields";

const MIB = 1024 * 1024;

/** What of `GET /containers/<id>/json` is read. */
export interface InspectedContainer {
  readonly Id: string;
  readonly Name: string;
  readonly Image: string;
  readonly Platform?: string;
  readonly State: { readonly Running: boolean; readonly ExitCode: number };
  readonly Config: Readonly<Record<string, PropertyValue>> & {
    readonly Image: string;
    readonly Healthcheck?: Readonly<Record<string, PropertyValue>> | null;
  };
  readonly HostConfig: Readonly<Record<string, PropertyValue>> & {
    readonly RestartPolicy: { readonly Name: string; readonly MaximumRetryCount: number };
    readonly LogConfig: {
      readonly Type: string;
      readonly Config: Readonly<Record<string, string>> | null;
    };
  };
  readonly NetworkSettings: {
    readonly Bridge?: string;
    readonly Ports: Readonly<Record<string, readonly PortBinding[] | null>> | null;
    readonly Networks: Readonly<Record<string, Readonly<Record<string, PropertyValue>>>>;
  };
}

interface PortBinding {
  readonly HostIp: string;
  readonly HostPort: string;
}

/**
 * What the plugin knows of a container after a look at it. Environment, labels, networks, volumes and files are never looked at: a change of those behind the
 * plugin's back is not seen. One that is to run and does not shows as `mustRun: false`, which the next update mends.
 *
 * @param known - inputs, or what was known before
 * Source: kreuzwerker/terraform-provider-docker@v4.5.0:internal/provider/resource_docker_container_funcs.go (read).
 */
export function containerState(found: InspectedContainer, known: PropertyMap): PropertyMap {
  const { Config: config, HostConfig: host, State: state } = found;
  const isWanted = known["mustRun"] === true;
  const image = known["image"];
  return withoutNulls({
    ...known,
    ...configState(config),
    ...hostState(host, known),
    name: found.Name.replace(/^\//, ""),
    image: typeof image === "string" && image.startsWith("sha256:") ? found.Image : config.Image,
    platform: found.Platform ?? "",
    bridge: found.NetworkSettings.Bridge ?? "",
    networkDatas: networkDatas(found),
    ...(asList(known["ports"]).length > 0 && (state.Running || isWanted)
      ? { ports: portsState(found) }
      : {}),
    ...(state.Running ? {} : { exitCode: state.ExitCode }),
    ...(!state.Running && isWanted ? { mustRun: false } : {}),
  });
}

const withoutNulls = (map: Readonly<Record<string, PropertyValue | undefined>>): PropertyMap =>
  Object.fromEntries(
    Object.entries(map).filter(
      (entry): entry is [string, PropertyValue] => entry[1] !== undefined && entry[1] !== null,
    ),
  );

function configState(config: InspectedContainer["Config"]) {
  return {
    hostname: config["Hostname"],
    domainname: config["Domainname"],
    command: config["Cmd"] ?? [],
    entrypoints: config["Entrypoint"] ?? [],
    user: config["User"],
    workingDir: config["WorkingDir"],
    tty: config["Tty"],
    stdinOpen: config["OpenStdin"],
    stopSignal: config["StopSignal"],
    stopTimeout: config["StopTimeout"],
    ...healthState(config.Healthcheck ?? undefined),
  };
}

function healthState(check: Readonly<Record<string, PropertyValue>> | undefined) {
  if (check === undefined) return {};
  const length = (key: string): string => goDuration(Number(check[key] ?? 0));
  return {
    healthcheck: {
      tests: check["Test"] ?? [],
      interval: length("Interval"),
      timeout: length("Timeout"),
      startPeriod: length("StartPeriod"),
      startInterval: length("StartInterval"),
      retries: check["Retries"] ?? 0,
    },
  };
}

function hostState(host: InspectedContainer["HostConfig"], known: PropertyMap) {
  const mib = (key: string): number => {
    const bytes = Number(host[key] ?? 0);
    return bytes > 0 ? Math.trunc(bytes / MIB) : bytes;
  };
  const [adds, drops] = [asList(host["CapAdd"]), asList(host["CapDrop"])];
  const cpus = Number(host["NanoCpus"] ?? 0);
  return {
    rm: host["AutoRemove"],
    readOnly: host["ReadonlyRootfs"],
    privileged: host["Privileged"],
    publishAllPorts: host["PublishAllPorts"],
    init: host["Init"] ?? false,
    runtime: host["Runtime"],
    dns: host["Dns"] ?? [],
    dnsOpts: host["DnsOptions"] ?? [],
    dnsSearches: host["DnsSearch"] ?? [],
    securityOpts: host["SecurityOpt"] ?? [],
    groupAdds: host["GroupAdd"] ?? [],
    hosts: asList(host["ExtraHosts"]).map(splitHost),
    tmpfs: host["Tmpfs"] ?? {},
    sysctls: host["Sysctls"] ?? {},
    storageOpts: host["StorageOpt"] ?? {},
    networkMode: host["NetworkMode"],
    usernsMode: host["UsernsMode"],
    ipcMode: host["IpcMode"],
    restart: host.RestartPolicy.Name,
    maxRetryCount: host.RestartPolicy.MaximumRetryCount,
    logDriver: host.LogConfig.Type,
    ...(isMap(known["logOpts"]) ? { logOpts: host.LogConfig.Config ?? {} } : {}),
    memory: mib("Memory"),
    memoryReservation: mib("MemoryReservation"),
    memorySwap: mib("MemorySwap"),
    shmSize: mib("ShmSize"),
    cpuShares: host["CpuShares"] ?? 0,
    cpuSet: host["CpusetCpus"] ?? "",
    ...(cpus > 0 ? { cpus: decimal(cpus) } : {}),
    ...(adds.length + drops.length > 0 ? { capabilities: { adds, drops } } : {}),
  };
}

function splitHost(entry: PropertyValue): PropertyMap {
  const [host = "", ip = ""] = plainText(entry).split(":");
  return { host, ip };
}

/** `1000000000` is `1.0` and `500000000` is `0.5`, which is the only form of them that is no change later. */
export function decimal(nano: number): string {
  const [whole = "0", part = ""] = (nano / 1e9).toFixed(9).split(".");
  const kept = part.replace(/0+$/, "");
  return `${whole}.${kept === "" ? "0" : kept}`;
}

/** A duration as Go prints it: `1m0s` and never `60s`. */
export function goDuration(nano: number): string {
  if (nano === 0) return "0s";
  if (nano < 1e9) {
    if (nano < 1e3) return `${nano}ns`;
    return nano < 1e6 ? `${nano / 1e3}µs` : `${nano / 1e6}ms`;
  }
  const seconds = nano / 1e9;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = `${String(Number((seconds % 60).toFixed(9)))}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}

/** What is published, by the port inside. */
function portsState({ NetworkSettings: { Ports: ports } }: InspectedContainer): PropertyValue {
  return Object.entries(ports ?? {})
    .sort(([one], [other]) => Number.parseInt(one) - Number.parseInt(other))
    .flatMap(([key, bound]) => {
      const [internal = "", protocol = ""] = key.split("/");
      return (bound ?? []).map(({ HostIp, HostPort }) => ({
        internal: Number(internal),
        external: Number(HostPort),
        ip: HostIp,
        protocol,
      }));
    });
}

const networkDatas = ({
  NetworkSettings: { Networks: networks },
}: InspectedContainer): PropertyValue =>
  Object.entries(networks).map(([networkName, one]) => ({
    networkName,
    ipAddress: one["IPAddress"] ?? "",
    ipPrefixLength: one["IPPrefixLen"] ?? 0,
    gateway: one["Gateway"] ?? "",
    globalIpv6Address: one["GlobalIPv6Address"] ?? "",
    globalIpv6PrefixLength: one["GlobalIPv6PrefixLen"] ?? 0,
    ipv6Gateway: one["IPv6Gateway"] ?? "",
    macAddress: one["MacAddress"] ?? "",
  }));
