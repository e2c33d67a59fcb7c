import { chmod, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { run } from "../run";
import { unitOf, type LabHost } from "./hosts";

/** Unit of every agent. */
export const UNIT = "bamf-agent";
/** While it is there on a host, no agent of 0.11.0 starts on it: something that the release needs is missing. */
export const CAUSE = "etc/bamf/cause";
/** Where each host has what tunnels through its agent lead to. */
const ECHO = "127.0.0.1:7000";

/**
 * What is odd about a host.
 *
 * - `other path`: it has its agent at the other path that a guide names (T-32).
 * - `slow`: each login takes 3 s, as where a directory of people is far away.
 * - `small disk`: agent, and what is noted, are on one disk of 128 MiB, which {@link fillDisk} fills.
 * - `i686`: it is of a machine for which there is no agent.
 */
export type Kind = "other path" | "slow" | "small disk" | "i686";

/** The small disk of a host. */
const DISK = "/opt";
const FILL = `${DISK}/fill`;

/** Leaves no byte of room on a small disk. */
export const fillDisk = `dd if=/dev/zero of=${FILL} bs=64K 2>/dev/null || true; test "$(df -Pk ${DISK} | awk 'NR == 2 { print $4 }')" = 0`;
/** Makes room there again. */
export const freeDisk = `rm -f ${FILL}`;

/** Where the package leaves the agent. */
const packagedPath = (kind: Kind | undefined): string =>
  kind === "other path" ? "/usr/local/bin/bamf-agent" : "/usr/bin/bamf-agent";

/** Where its unit has it. */
const pathOf = (kind: Kind | undefined): string =>
  kind === "small disk" ? `${DISK}/bamf/bamf-agent` : packagedPath(kind);

/** Puts agent and notes of a host on a disk of their own. */
const MOVE = [
  `mount -t tmpfs -o size=128m,mode=755 small ${DISK}`,
  `mkdir -p ${DISK}/bamf ${DISK}/gateways /var/lib/gateways`,
  `mount --bind ${DISK}/gateways /var/lib/gateways`,
  `mv /usr/bin/bamf-agent ${DISK}/bamf/bamf-agent`,
];

/** What everyone who comes by SSH waits for first. Source: sshd(8), SSHRC. */
const SLOW = "printf 'sleep 3\\n' >/etc/ssh/sshrc";

/** What an agent is installed from. */
export interface Package {
  /** Program of the lab, with what tunnels lead to. */
  readonly program: Uint8Array;
  readonly agent: Uint8Array;
  /** URL of its API. */
  readonly api: string;
  readonly kind: Kind | undefined;
}

/** Installs an agent as its package does, with a certificate of its own from the API, enabled and started, and what its tunnels lead to. */
export async function installAgent(
  host: LabHost,
  { program, agent, api, kind }: Package,
): Promise<void> {
  const { name, root, address } = host;
  const path = pathOf(kind);
  const put = async (file: string, content: Uint8Array | string) => {
    const target = join(root, file);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(`${target}.part`, content);
    await chmod(`${target}.part`, 0o755);
    await rename(`${target}.part`, target);
  };
  await rm(join(root, CAUSE), { force: true });
  await put(packagedPath(kind), agent);
  await put("usr/local/bin/bamf-echo", program);
  await put(
    "etc/bamf/agent.yaml",
    [
      `platform_url: ${api}`,
      "join_token: join",
      `agent_name: ${name}`,
      "data_dir: /var/lib/bamf-agent",
      `resources: [{ name: echo-${name}, type: tcp, hostname: 127.0.0.1, port: 7000 }]`,
      "",
    ].join("\n"),
  );
  await put(
    `etc/systemd/system/${UNIT}.service`,
    unitOf(`${path} agent --config /etc/bamf/agent.yaml`, [
      `ExecStartPre=/bin/sh -c '! test -f /${CAUSE} || ! tail -c 8 ${path} | grep -q 0.11.0'`,
      "Environment=BAMF_LAB_HEARTBEAT=5s",
    ]),
  );
  await put(
    "etc/systemd/system/bamf-echo.service",
    unitOf(`/usr/local/bin/bamf-echo echo ${ECHO}`),
  );
  const ready = "curl -fsS --retry 60 --retry-delay 1 --retry-all-errors";
  await asRoot(
    host,
    [
      `ip route replace default via ${address.replace(/\.2$/, ".1")}`,
      ...(kind === "small disk" ? MOVE : []),
      "systemctl daemon-reload",
      `systemctl enable --now bamf-echo ${UNIT}`,
      `${ready} http://127.0.0.1:8081/ready`,
      ...(kind === "slow" ? [SLOW] : []),
    ].join(" && "),
  );
}

/** Runs a command on a host. */
export async function asRoot(
  { user, address, identity }: LabHost,
  command: string,
): Promise<string> {
  const quiet = ["BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null"];
  const options = [...quiet, "LogLevel=ERROR", "ConnectTimeout=30"].flatMap((one) => ["-o", one]);
  const words = `sudo sh -c '${command.replaceAll("'", `'\\''`)}'`;
  const { stdout } = await run("ssh", [...options, "-i", identity, `${user}@${address}`, words]);
  return stdout;
}

/** Where anything of an upgrade would be seen: beside the binary, at its notes, at what the agent has, and among the units. */
const PLACES = [
  ...["/usr/bin/bamf-agent*", "/usr/local/bin/bamf-agent*", `${DISK}/bamf`, "/var/lib/gateways"],
  ...["/var/lib/bamf-agent", "/etc/systemd/system", "/run/systemd/system"],
].join(" ");

/** Lists each file there with its number, size and moments of change, the sums of what is a binary, and which process of the agent runs since when. */
export const TRACES = [
  `find ${PLACES} -printf "%p %i %s %T@ %C@\\n" 2>/dev/null | sort`,
  `sha256sum /usr/bin/bamf-agent* /usr/local/bin/bamf-agent* ${DISK}/bamf/* 2>/dev/null`,
  `systemctl show --property=MainPID,NRestarts,ActiveEnterTimestampMonotonic ${UNIT}`,
].join("; ");
