import { isMap, type PropertyMap, type PropertyValue } from "../protocol/values";
import { asList } from "./fields";

const MIB = 1024 * 1024;

const text = (map: PropertyMap, key: string): string => {
  const value = map[key];
  return typeof value === "string" ? value : "";
};
const number = (map: PropertyMap, key: string): number => {
  const value = map[key];
  return typeof value === "number" ? value : 0;
};
const isOn = (map: PropertyMap, key: string): boolean => map[key] === true;
const texts = (map: PropertyMap, key: string): readonly string[] => asList(map[key]).map(String);
const blocks = (map: PropertyMap, key: string): readonly PropertyMap[] =>
  asList(map[key]).filter(isMap);
const table = (map: PropertyMap, key: string): PropertyMap | undefined => {
  const value = map[key];
  return isMap(value) && Object.keys(value).length > 0 ? value : undefined;
};
const some = <T>(values: readonly T[]): readonly T[] | undefined =>
  values.length === 0 ? undefined : values;
const given = (value: string | number): string | number | undefined =>
  value === "" || value === 0 ? undefined : value;

/**
 * The request that makes a container of its inputs; what is absent is left to the daemon. Networks are connected afterwards.
 *
 * Source: kreuzwerker/terraform-provider-docker@v4.5.0:internal/provider/resource_docker_container_funcs.go (create).
 * @throws Error on values that the plugin itself refuses
 */
export function createRequest(inputs: PropertyMap): object {
  const ports = blocks(inputs, "ports");
  const exposed = ports.map((port) => [portKey(port), {}] as const);
  const volumes = blocks(inputs, "volumes").filter((one) => text(one, "containerPath") !== "");
  if (texts(inputs, "command").includes("")) throw new Error("values for command may not be empty");
  return {
    Image: text(inputs, "image"),
    Hostname: text(inputs, "hostname"),
    Domainname: text(inputs, "domainname"),
    Tty: isOn(inputs, "tty"),
    OpenStdin: isOn(inputs, "stdinOpen"),
    StopSignal: given(text(inputs, "stopSignal")),
    StopTimeout: given(number(inputs, "stopTimeout")),
    Env: some(texts(inputs, "envs")),
    Cmd: some(texts(inputs, "command")),
    Entrypoint: some(texts(inputs, "entrypoints")),
    User: given(text(inputs, "user")),
    WorkingDir: given(text(inputs, "workingDir")),
    ExposedPorts: exposed.length === 0 ? undefined : Object.fromEntries(exposed),
    Volumes:
      volumes.length === 0
        ? undefined
        : Object.fromEntries(volumes.map((one) => [text(one, "containerPath"), {}])),
    Labels: labelsOf(inputs),
    Healthcheck: healthOf(inputs["healthcheck"]),
    HostConfig: hostConfig(inputs, ports),
    NetworkingConfig: {},
  };
}

function hostConfig(inputs: PropertyMap, ports: readonly PropertyMap[]): object {
  const capabilities = isMap(inputs["capabilities"]) ? inputs["capabilities"] : {};
  return {
    ...limitsRequest(inputs),
    Privileged: isOn(inputs, "privileged"),
    PublishAllPorts: isOn(inputs, "publishAllPorts"),
    ReadonlyRootfs: isOn(inputs, "readOnly"),
    AutoRemove: isOn(inputs, "rm"),
    Init: isOn(inputs, "init"),
    Runtime: text(inputs, "runtime"),
    LogConfig: { Type: text(inputs, "logDriver"), Config: table(inputs, "logOpts") },
    Tmpfs: table(inputs, "tmpfs"),
    Sysctls: table(inputs, "sysctls"),
    StorageOpt: table(inputs, "storageOpts"),
    PortBindings: bindings(ports),
    ExtraHosts: some(
      blocks(inputs, "hosts").map((one) => `${text(one, "host")}:${text(one, "ip")}`),
    ),
    ...storage(blocks(inputs, "volumes")),
    Ulimits: some(
      blocks(inputs, "ulimits").map((one) => ({
        Name: text(one, "name"),
        Soft: number(one, "soft"),
        Hard: number(one, "hard"),
      })),
    ),
    CapAdd: some(texts(capabilities, "adds")),
    CapDrop: some(texts(capabilities, "drops")),
    Dns: some(texts(inputs, "dns")),
    DnsOptions: some(texts(inputs, "dnsOpts")),
    DnsSearch: some(texts(inputs, "dnsSearches")),
    SecurityOpt: some(texts(inputs, "securityOpts")),
    GroupAdd: some(texts(inputs, "groupAdds")),
    NetworkMode: text(inputs, "networkMode"),
    PidMode: text(inputs, "pidMode"),
    IpcMode: text(inputs, "ipcMode"),
    UsernsMode: text(inputs, "usernsMode"),
    CgroupnsMode: text(inputs, "cgroupnsMode"),
    CgroupParent: text(inputs, "cgroupParent"),
    ShmSize: given(number(inputs, "shmSize") * MIB),
    ...cpuTime(inputs),
  };
}

/** The limits that a container which is there can be given, too. */
export function limitsRequest(inputs: PropertyMap): object {
  const swap = number(inputs, "memorySwap");
  return {
    RestartPolicy: {
      Name: text(inputs, "restart"),
      MaximumRetryCount: number(inputs, "maxRetryCount"),
    },
    Memory: number(inputs, "memory") * MIB,
    MemoryReservation: number(inputs, "memoryReservation") * MIB,
    MemorySwap: given(swap > 0 ? swap * MIB : swap),
    CpuShares: number(inputs, "cpuShares"),
    CpusetCpus: text(inputs, "cpuSet"),
  };
}

function cpuTime(inputs: PropertyMap): object {
  const cpus = text(inputs, "cpus");
  if (cpus === "")
    return { CpuPeriod: number(inputs, "cpuPeriod"), CpuQuota: number(inputs, "cpuQuota") };
  if (Number.isNaN(Number(cpus))) throw new Error(`Error setting cpus: failed to parse ${cpus}`);
  return { NanoCpus: Math.round(Number(cpus) * 1e9) };
}

/** `8787/tcp` */
const portKey = (port: PropertyMap): string =>
  `${number(port, "internal")}/${text(port, "protocol") || "tcp"}`;

function bindings(ports: readonly PropertyMap[]): object | undefined {
  if (ports.length === 0) return undefined;
  const found: Record<string, object[]> = {};
  for (const port of ports) {
    const binding = {
      HostIp: text(port, "ip") || "0.0.0.0",
      HostPort: String(given(number(port, "external")) ?? ""),
    };
    (found[portKey(port)] ??= []).push(binding);
  }
  return found;
}

function storage(volumes: readonly PropertyMap[]): object {
  const from = volumes.filter((one) => text(one, "fromContainer") !== "");
  if (from.some((one) => text(one, "containerPath") !== ""))
    throw new Error(
      "Unable to parse volumes: both a container and a path specified in a volume entry",
    );
  const bound = volumes.flatMap((one) => {
    const source = text(one, "hostPath") || text(one, "volumeName");
    const mode = isOn(one, "readOnly") ? "ro" : "rw";
    return source === "" ? [] : [`${source}:${text(one, "containerPath")}:${mode}`];
  });
  return {
    Binds: some(bound),
    VolumesFrom: some(from.map((one) => text(one, "fromContainer"))),
  };
}

/** Labels as Docker takes them; undefined if there are none. */
export function labelsOf(inputs: PropertyMap): Readonly<Record<string, string>> | undefined {
  const labels = blocks(inputs, "labels");
  return labels.length === 0
    ? undefined
    : Object.fromEntries(labels.map((one) => [text(one, "label"), text(one, "value")]));
}

function healthOf(check: PropertyValue | undefined): object | undefined {
  if (!isMap(check)) return undefined;
  const length = (key: string): number => nanoseconds(text(check, key));
  return {
    Test: texts(check, "tests"),
    Interval: length("interval"),
    Timeout: length("timeout"),
    StartPeriod: length("startPeriod"),
    StartInterval: given(length("startInterval")),
    Retries: number(check, "retries"),
  };
}

const UNITS: Readonly<Record<string, number>> = {
  ...{ ns: 1, us: 1e3, µs: 1e3, ms: 1e6 },
  ...{ s: 1e9, m: 60e9, h: 3600e9 },
};

/** Reads a duration of Go, such as `1m30s`. */
export const nanoseconds = (length: string): number =>
  [...length.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ""] ?? 0),
    0,
  );

/** Each network that the container is connected with, and how. */
export const networksOf = (
  inputs: PropertyMap,
): readonly { readonly name: string; readonly endpoint: object }[] =>
  blocks(inputs, "networksAdvanced").map((one) => ({
    name: text(one, "name"),
    endpoint: {
      Aliases: some(texts(one, "aliases")),
      MacAddress: given(text(one, "macAddress")),
      IPAMConfig: {
        IPv4Address: given(text(one, "ipv4Address")),
        IPv6Address: given(text(one, "ipv6Address")),
      },
    },
  }));

/** Files that are put into the container before it starts. */
export const uploadsOf = (inputs: PropertyMap): readonly PropertyMap[] => blocks(inputs, "uploads");
