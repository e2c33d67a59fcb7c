import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import type { Settings } from "../settings";

/** Answer of the API server: status and body text. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

/** Asks the lab's API server as admin. */
export async function askApi(
  settings: Settings,
  path: string,
  send?: { readonly method: "POST" | "PATCH" | "DELETE"; readonly body: unknown },
): Promise<ApiAnswer> {
  const folder = join(settings.home, "credentials");
  const [ca, token] = await Promise.all([
    readFile(join(folder, "ca.crt")),
    readFile(join(folder, "admin-token"), "utf8"),
  ]);
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: "127.0.0.1",
        port: settings.ports.apiserver,
        path,
        ca,
        method: send?.method ?? "GET",
        timeout: 10_000,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      },
      (answer) => {
        let body = "";
        answer.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
        answer.on("end", () => {
          resolve({ status: answer.statusCode ?? 0, body });
        });
      },
    );
    call.on("error", reject).on("timeout", () => call.destroy(new Error("no answer within 10 s")));
    call.end(send === undefined ? undefined : JSON.stringify(send.body));
  });
}
