import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { until, type StartProxy } from "./front-proxy";

/** Caddy, told over its API. @param streamCloseDelay - how long WebSockets outlive a change. @defaultValue none, as it ships */
export const caddy =
  (binary: string, streamCloseDelay?: string): StartProxy =>
  async (port, first) => {
    let [admin, generation, server] = [port + 1, 0, first];
    const config = () => ({
      admin: { listen: `127.0.0.1:${admin}` },
      apps: {
        http: {
          servers: {
            front: {
              listen: [`127.0.0.1:${port}`],
              automatic_https: { disable: true },
              routes: [
                {
                  handle: [
                    {
                      handler: "headers",
                      response: { set: { "x-generation": [`${generation}`] } },
                    },
                    {
                      handler: "reverse_proxy",
                      upstreams: [{ dial: server.address }],
                      ...(streamCloseDelay === undefined
                        ? {}
                        : { stream_close_delay: streamCloseDelay }),
                    },
                  ],
                },
              ],
            },
          },
        },
      },
    });
    const folder = await mkdtemp(join(tmpdir(), "front-proxy-"));
    const start = async () => {
      const file = join(folder, `${admin}.json`);
      await writeFile(file, JSON.stringify(config()));
      const env = { XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, GOMAXPROCS: "1" };
      const child = execa(binary, ["run", "--config", file], {
        env,
        reject: false,
        stdio: "ignore",
      });
      await until(async () => (await fetch(`http://127.0.0.1:${admin}/config/`)).ok);
      return { child };
    };
    const load = async (): Promise<void> => {
      generation += 1;
      const body = JSON.stringify(config());
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`http://127.0.0.1:${admin}/load`, {
        method: "POST",
        body,
        headers,
      });
      if (!answer.ok) throw new Error(`caddy: ${await answer.text()}`);
    };
    let { child: newest } = await start();
    const leaving: Promise<unknown>[] = [];
    return {
      handOver: async (to, isEmpty) => {
        server = to;
        await load();
        await until(() => Promise.resolve(isEmpty()));
      },
      change: load,
      upgrade: async () => {
        const old = newest;
        admin += 1;
        ({ child: newest } = await start());
        leaving.push(old);
        old.kill("SIGTERM");
      },
      alone: async () => {
        await Promise.all(leaving);
      },
      stop: async () => {
        newest.kill("SIGKILL");
        await newest;
      },
    };
  };
