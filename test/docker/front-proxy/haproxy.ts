import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { execa, type ResultPromise } from "execa";
import { nextHandOverStep } from "../../../components/docker/proxy/hand-over";
import {
  haproxyConfig,
  SOCKET_VARIABLE,
  type ProxyServer,
} from "../../../components/docker/proxy/haproxy-config";
import {
  objectionIn,
  readServers,
  SHOW_SERVERS,
} from "../../../components/docker/proxy/runtime-api";
import { judgeSuccession } from "../../../components/docker/proxy/successor";
import { until, type StartProxy } from "./front-proxy";

const DRAIN_SECONDS = 60;

/**
 * HAProxy with the configuration of the program.
 *
 * @param without - lines of it that are left out, to see what they are for
 * @param passing - whether a successor takes over the listening sockets. @defaultValue true
 */
export const haproxy =
  (without: readonly string[] = [], passing = true): StartProxy =>
  async (port, first) => {
    const folder = await mkdtemp(join(tmpdir(), "front-proxy-"));
    const [file, serving] = [join(folder, "haproxy.cfg"), join(folder, "serving.sock")];
    let [servers, idleSeconds, started]: [readonly ProxyServer[], number, number] = [
      [first],
      600,
      0,
    ];
    const write = (): Promise<void> =>
      writeFile(
        file,
        haproxyConfig({
          bind: `127.0.0.1:${port}`,
          idleSeconds,
          drainSeconds: DRAIN_SECONDS,
          servers,
        })
          .split("\n")
          .filter((line) => !without.includes(line.trim()))
          .join("\n"),
      );
    const start = async (predecessor: boolean): Promise<Running> => {
      for (;;) {
        const socket = join(folder, `${(started += 1)}.sock`);
        const child = execa(
          "haproxy",
          ["-W", "-db", "-f", file, ...(passing ? ["-x", serving] : [])],
          {
            reject: false,
            env: { [SOCKET_VARIABLE]: socket },
            stdout: "ignore",
          },
        );
        let log = "";
        child.stderr.setEncoding("utf8").on("data", (chunk: string) => (log += chunk));
        await until(async () => (await pidAt(socket)) !== "");
        if (!passing || judgeSuccession(log, { predecessor }) !== "beside") {
          await rm(serving, { force: true });
          await symlink(socket, serving);
          return { child, socket };
        }
        // It stands beside the old one: it goes, and the next one asks for the sockets again.
        child.kill("SIGUSR1");
        await child;
      }
    };
    await write();
    let newest = await start(false);
    const leaving: Promise<unknown>[] = [];
    return {
      handOver: async (to) => {
        servers = [to];
        // What a proxy that starts in between goes by.
        await write();
        await handOver(newest.socket, to);
      },
      change: async () => {
        idleSeconds += 1;
        await write();
        const before = await pidAt(newest.socket);
        newest.child.kill("SIGUSR2");
        await until(async () => !["", before].includes(await pidAt(newest.socket)));
      },
      upgrade: async () => {
        const { child: old } = newest;
        newest = await start(true);
        leaving.push(old);
        old.kill("SIGUSR1");
      },
      alone: async () => {
        await Promise.all(leaving);
        const pid = newest.child.pid ?? 0;
        await until(async () => (await childrenOf(pid)).length <= 1);
      },
      stop: async () => {
        newest.child.kill("SIGTERM");
        await newest.child;
      },
    };
  };

/** A process of HAProxy and its runtime API. An object, since a process alone would be waited for wherever it is returned. */
interface Running {
  readonly child: ResultPromise<{ reject: false; env: Record<string, string>; stdout: "ignore" }>;
  readonly socket: string;
}

/** Process id of the worker behind a socket; "" if nobody answers there. */
const pidAt = async (socket: string): Promise<string> =>
  /^Pid: (\d+)/m.exec(await ask(socket, "show info").catch(() => ""))?.[1] ?? "";

async function handOver(socket: string, to: ProxyServer): Promise<void> {
  const begun = Date.now();
  for (;;) {
    const step = nextHandOverStep({
      live: readServers(await ask(socket, SHOW_SERVERS)),
      wanted: [to],
      drainedSeconds: (Date.now() - begun) / 1000,
      drainSeconds: DRAIN_SECONDS,
    });
    if (step.kind === "done" && step.cut > 0)
      throw new Error(
        `${step.cut} still open after ${DRAIN_SECONDS} s: the machine is too busy for this rate`,
      );
    if (step.kind === "done") return;
    for (const command of step.kind === "tell" ? step.commands : []) {
      const objection = objectionIn(await ask(socket, command));
      if (objection !== undefined) throw new Error(`${command}: ${objection}`);
    }
    await pause(100);
  }
}

/** One question to the runtime API and the whole answer. */
function ask(path: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(path);
    socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    socket.on("end", () => {
      resolve(text);
    });
    socket.on("error", reject);
    socket.end(`${command}\n`);
  });
}

async function childrenOf(pid: number): Promise<readonly string[]> {
  const { stdout } = await execa("ps", ["-o", "pid=", "--ppid", String(pid)], { reject: false });
  return stdout.split("\n").filter((line) => line.trim() !== "");
}
