import type { HttpReply, HttpRequest } from "../../upgrade/platform";
import { StepFailure } from "../../upgrade/step-io";
import { execute } from "../api/execute";
import { isUnreached } from "../api/is-gone";
import { socketOf } from "../proxy/places";
import type { DockerHost } from "./docker-host";

/**
 * Sends a text to a place of the host and prints what comes back: `$1` is how, `$2` where, `$3` what. A Debian image has perl in any case; socat is taken if
 * it is there.
 */
const SCRIPT = `
if command -v socat >/dev/null 2>&1; then
  if [ "$1" = unix ]; then to="UNIX-CONNECT:$2"; else to="TCP:$2"; fi
  printf %s "$3" | exec socat -t 10 - "$to,connect-timeout=5"
fi
exec perl -MIO::Socket::UNIX -MIO::Socket::INET -e '
  my ($how, $where, $what) = @ARGV;
  alarm 10;
  my $socket = $how eq "unix"
    ? IO::Socket::UNIX->new(Peer => $where)
    : IO::Socket::INET->new(PeerAddr => $where, Timeout => 5);
  if (!$socket) { print STDERR "no connection to $where: $!"; exit 7 }
  print {$socket} $what; $socket->flush; shutdown($socket, 1) if $how eq "unix";
  while (read($socket, my $part, 65536)) { print $part }
' "$1" "$2" "$3"
`;

/** Speaks from inside of a front proxy, which is in the network of the host and has the sockets of all front proxies in its volume. @throws Error if nobody answers */
async function talk(
  { docker }: Pick<DockerHost, "docker">,
  proxy: string,
  [how, where, what]: readonly ["unix" | "tcp", string, string],
): Promise<string> {
  const { code, stdout, stderr } = await execute(docker, proxy, [
    ...["sh", "-c", SCRIPT, "sh"],
    ...[how, where, what],
  ]);
  if (code === 0) return stdout;
  throw new Error(stderr.trim().split("\n").at(-1) ?? `exit code ${code}`);
}

/** Asks the runtime API of a front proxy. @throws StepFailure if it does not answer; the error itself if the daemon could not be asked, which says nothing of the proxy */
export async function askProxy(
  host: Pick<DockerHost, "docker">,
  proxy: string,
  command: string,
): Promise<string> {
  try {
    return await talk(host, proxy, ["unix", socketOf(proxy), `${command}\n`]);
  } catch (error) {
    if (isUnreached(error)) throw error;
    throw new StepFailure(
      `the front proxy ${proxy} does not answer: ${error instanceof Error ? error.message : String(error)}`,
      "see its log with docker logs, and that its image has sh and perl or socat; then run the upgrade again",
    );
  }
}

/** Where on its host a front proxy is asked that listens there: an address that means all is reached at the loopback one. @param bind - `0.0.0.0:8787`, `:::8787` */
export const reachedAt = (bind: string): string =>
  bind.replace(/^(0\.0\.0\.0|\*|::):/, "127.0.0.1:");

/** Sends a request to an address of the host; undefined if nobody answers there. @throws the error itself if the daemon could not be asked, which says nothing of who is there */
export async function askAddress(
  host: Pick<DockerHost, "docker">,
  proxy: string,
  address: string,
  path: string,
  request: HttpRequest = {},
): Promise<HttpReply | undefined> {
  try {
    return parseReply(
      await talk(host, proxy, ["tcp", address, requestText(address, path, request)]),
    );
  } catch (error) {
    if (isUnreached(error)) throw error;
    return undefined;
  }
}

/** HTTP/1.0: the answer comes in one piece and ends with its connection. */
export function requestText(
  address: string,
  path: string,
  { method = "GET", headers = {}, body }: HttpRequest,
): string {
  const text = body === undefined ? "" : JSON.stringify(body);
  const all = {
    host: address,
    connection: "close",
    accept: "*/*",
    ...headers,
    ...(body === undefined
      ? {}
      : { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${path} HTTP/1.0`, ...lines, "", text].join("\r\n");
}

/** @returns undefined if it is no answer of HTTP */
export function parseReply(answer: string): HttpReply | undefined {
  const [head = "", ...rest] = answer.split("\r\n\r\n");
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  return status === undefined ? undefined : { status: Number(status), body: rest.join("\r\n\r\n") };
}
