import type { PropertyValue } from "../protocol/values";
import { asList, type Field, type Fields } from "./fields";

const text: Field = { form: "text" };
const number: Field = { form: "number" };
const flag: Field = { form: "flag" };
const set: Field = { form: "set" };
const fixed = (field: Field): Field => ({ ...field, replaces: true });
const chosen = (field: Field): Field => ({ ...field, computed: true });
const filled = (field: Field, fallback: PropertyValue): Field => ({ ...field, fallback });

/** `1m0s` and `60s` are not the same here: the plugin compares the text that the daemon gives back. */
const duration = filled({ ...text, pattern: /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/ }, "0s");

/** Whoever gives none leaves it to the image. */
const unlessNone = (_: PropertyValue, wanted: PropertyValue): boolean => wanted === "";

/** A label of a resource. */
export const label: Fields = {
  label: { ...text, required: true },
  value: { ...text, required: true },
};

const port: Fields = {
  internal: { ...number, required: true },
  external: number,
  ip: filled(text, "0.0.0.0"),
  protocol: filled(text, "tcp"),
};

/** Ports of one protocol are the same in any order, and one whose outside is left to Docker is so whatever it chose. */
function samePorts(old: PropertyValue, wanted: PropertyValue): boolean {
  const [olds, news] = [portsOf(old), portsOf(wanted)];
  return (
    olds.length === news.length &&
    news.every((one) =>
      olds.some(
        (other) =>
          other.internal === one.internal &&
          other.protocol === one.protocol &&
          other.ip === one.ip &&
          (one.external === 0 || other.external === one.external),
      ),
    )
  );
}

const portsOf = (value: PropertyValue): readonly PortBlock[] =>
  asList(value) as unknown as readonly PortBlock[];

interface PortBlock {
  readonly internal: number;
  readonly external: number;
  readonly ip: string;
  readonly protocol: string;
}

const health: Fields = {
  tests: { form: "list" },
  interval: duration,
  timeout: duration,
  startPeriod: duration,
  startInterval: duration,
  retries: filled(number, 0),
};

const network: Fields = {
  name: { ...text, required: true },
  aliases: set,
  ipv4Address: text,
  ipv6Address: text,
  macAddress: text,
};

const volume: Fields = {
  fromContainer: text,
  containerPath: text,
  hostPath: text,
  volumeName: text,
  readOnly: flag,
};

const upload: Fields = {
  file: { ...text, required: true },
  content: text,
  contentBase64: text,
  source: text,
  sourceHash: text,
  executable: filled(flag, false),
  permissions: { ...text, pattern: /^0[0-7]{3}$/ },
};

/**
 * Properties of a container. What does not replace and is not among the limits is noted and never given to a container that is there: a changed health check
 * shows as an update that changes nothing.
 *
 * Source: kreuzwerker/terraform-provider-docker@v4.5.0:internal/provider/resource_docker_container.go.
 */
export const containerFields: Fields = {
  name: fixed({ ...text, required: true }),
  image: fixed({ ...text, required: true }),
  command: fixed(chosen({ form: "list" })),
  entrypoints: fixed(chosen({ form: "list" })),
  envs: fixed(chosen(set)),
  labels: fixed(chosen({ form: "blockSet", inner: label })),
  hostname: fixed(chosen(text)),
  domainname: fixed(text),
  user: fixed({ ...text, same: unlessNone }),
  workingDir: fixed({ ...text, same: unlessNone }),
  dns: fixed(set),
  dnsOpts: fixed(set),
  dnsSearches: fixed(set),
  hosts: fixed({
    form: "blockSet",
    inner: { host: { ...text, required: true }, ip: { ...text, required: true } },
  }),
  groupAdds: fixed(set),
  securityOpts: fixed(chosen(set)),
  capabilities: fixed({ form: "block", inner: { adds: set, drops: set } }),
  privileged: fixed(flag),
  readOnly: fixed(filled(flag, false)),
  tty: fixed(filled(flag, false)),
  stdinOpen: fixed(filled(flag, false)),
  publishAllPorts: fixed(flag),
  ports: fixed({ form: "blocks", inner: port, same: samePorts }),
  networkMode: fixed(filled(text, "bridge")),
  networksAdvanced: fixed({ form: "blockSet", inner: network }),
  volumes: fixed({ form: "blockSet", inner: volume }),
  tmpfs: { form: "map" },
  uploads: fixed({ form: "blockSet", inner: upload }),
  sysctls: fixed({ form: "map" }),
  storageOpts: fixed({ form: "map" }),
  ulimits: fixed({
    form: "blockSet",
    inner: {
      name: { ...text, required: true },
      soft: { ...number, required: true },
      hard: { ...number, required: true },
    },
  }),
  pidMode: fixed(text),
  usernsMode: fixed(text),
  ipcMode: fixed(chosen(text)),
  cgroupnsMode: fixed(text),
  cgroupParent: fixed(text),
  runtime: fixed(chosen(text)),
  platform: fixed(chosen(text)),
  logDriver: fixed(chosen(text)),
  logOpts: fixed({ form: "map" }),
  stopSignal: fixed(chosen(text)),
  stopTimeout: fixed(chosen(number)),
  shmSize: fixed(chosen(number)),
  cpus: fixed(text),
  init: chosen(flag),
  healthcheck: chosen({ form: "block", inner: health }),
  restart: filled({ ...text, pattern: /^(no|on-failure|always|unless-stopped)$/ }, "no"),
  maxRetryCount: number,
  memory: number,
  memoryReservation: filled(number, 0),
  memorySwap: number,
  cpuShares: number,
  cpuSet: { ...text, pattern: /^\d+([,-]\d+)*$/ },
  cpuPeriod: number,
  cpuQuota: number,
  start: filled(flag, true),
  mustRun: filled(flag, true),
  attach: filled(flag, false),
  logs: filled(flag, false),
  wait: filled(flag, false),
  waitTimeout: filled(number, 60),
  rm: filled(flag, false),
  removeVolumes: filled(flag, true),
  destroyGraceSeconds: number,
  containerReadRefreshTimeoutMilliseconds: filled(number, 15_000),
  bridge: { ...text, output: true },
  containerLogs: { ...text, output: true },
  exitCode: { ...number, output: true },
  networkDatas: { form: "blocks", output: true },
};

/** Changes of these reach a container that is there. */
export const LIMITS = [
  ...["restart", "maxRetryCount", "cpuShares", "memory", "memoryReservation", "cpuSet"],
  "memorySwap",
] as const;
