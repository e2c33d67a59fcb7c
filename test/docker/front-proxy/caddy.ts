import { mkdtemp, writeFile } from "node:fs/promises";
import { request } from "node:http";
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
      await until(async () => (await call(admin, "GET", "/config/")) === 200);
      return { child };
    };
    const load = async (): Promise<void> => {
      generation += 1;
      const status = await call(admin, "POST", "/load", JSON.stringify(config()));
      if (status !== 200) throw new Error(`caddy answers ${status} to its new configuration`);
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

/** One call of its API; not by fetch, which names itself a browser and is refused. */
function call(port: number, method: string, path: string, body = ""): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const sent = request({ port, host: "127.0.0.1", path, method, headers }, (response) => {
      response.resume().once("end", () => {
        resolve(response.statusCode ?? 0);
      });
    });
    sent.once("error", reject).end(body);
  });
}
