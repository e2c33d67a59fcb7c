/** How a host is reached by SSH. */
export interface SshHost {
  /** `user@host`, and its port if it has one of its own. */
  readonly target: string;
  readonly port: string;
  /** Public key of the host, as ssh-keyscan prints it; undefined if the stack file names none. */
  readonly hostKey: string | undefined;
}

/** Takes `ssh://user@host:port` apart, with an address of IPv6 in brackets; undefined for another address. */
export function sshHost(host: string, hostKey: string | undefined): SshHost | undefined {
  const found =
    /^ssh:\/\/(?<user>[^\s@/]+)@(?:\[(?<six>[\da-fA-F:]+)\]|(?<name>[^\s@/:[\]]+))(?::(?<port>\d+))?$/.exec(
      host,
    );
  const { user = "", six, name = "", port = "22" } = found?.groups ?? {};
  return found === null
    ? undefined
    : { target: `${user}@${six ?? name}`, port, hostKey: hostKey?.trim() };
}

/**
 * Options of ssh with which only the host of the stack file is spoken to, and nobody is asked anything: neither files of this machine nor a terminal decide
 * whom to trust. A connection that a person shares (`ControlPath`) is not taken: whom that one has trusted, nobody knows. What a configuration of ssh adds for people, such as
 * ports that are forwarded, would have the second run fail.
 *
 * Source: OpenSSH, ssh_config(5): KnownHostsCommand, since 8.5.
 */
export const sshOptions = ({ port, hostKey }: Pick<SshHost, "port" | "hostKey">): string[] => [
  ...["-p", port, "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"],
  ...["-o", "ControlPath=none", "-o", "ClearAllForwardings=yes", "-o", "RemoteCommand=none"],
  ...["-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3"],
  ...["-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=/dev/null"],
  ...["-o", "GlobalKnownHostsFile=/dev/null"],
  ...(hostKey === undefined ? [] : ["-o", `KnownHostsCommand=/bin/echo * ${keyIn(hostKey)}`]),
];

/** Type and key, without the name of the host before them and the comment behind. */
function keyIn(hostKey: string): string {
  const words = hostKey.split(/\s+/);
  const type = words.findIndex((word) => /^(ssh-|ecdsa-|sk-)/.test(word));
  return words.slice(Math.max(type, 0), Math.max(type, 0) + 2).join(" ");
}

/** One word for the shell of the host. */
export const quoted = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
