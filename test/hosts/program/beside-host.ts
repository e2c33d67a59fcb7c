import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { outcome, type KillAt, type Ran } from "./run-program";
import { stagedHost, sumOf, UNIT, type StagedHost } from "./staged-host";

/** A host that may have a second instance, with an API that hears it. */
export interface BesideHost extends StagedHost {
  /** What the API was told, with the instance that it is about: `drain i-42`. */
  readonly told: string[];
  /** Stages a binary and asks for a second instance of it. @param within - seconds for it to come up: many, where that is not what is asked */
  readonly wantBeside: (binary: Buffer, release?: string, within?: number) => Promise<void>;
  /** What systemd runs. @param rounds - after which it ends in the middle; all by default */
  readonly lead: (rounds?: number, killAt?: KillAt) => Promise<Ran>;
  /** What has become of the second instance. */
  readonly came: () => Promise<string | undefined>;
  /** Number of the process of the unit, and the instance that it says it is. */
  readonly main: () => Promise<string>;
  readonly instances: () => Promise<{ readonly own: string; readonly second: string }>;
}

/** Makes a host whose agent runs the old binary, and an API beside it. */
export async function besideHost(): Promise<BesideHost> {
  const staged = await stagedHost();
  const at = (...path: readonly string[]) => join(staged.folder, ...path);
  const told: string[] = [];
  const server = await apiOf(told);
  await writeFile(at("data/agent.crt"), "a certificate");
  const { port } = server.address() as AddressInfo;
  await writeFile(at("agent.yaml"), `platform_url: "http://127.0.0.1:${port}/" # the API\n`);
  const places = `BAMF_CONFIG_FILE=${at("agent.yaml")} BAMF_DATA_DIR=${at("data")}`;
  await staged.set("environment", places);
  const main = async (unit: string) => (await readFile(at(unit, "main"), "utf8")).trim();
  return {
    ...staged,
    told,
    wantBeside: async (binary, release = "0.11.0", within = 60) => {
      await staged.want(binary, release);
      const wanted = `${sumOf(binary)} ${release} - ${within}\n`;
      await writeFile(at("state", UNIT, "beside-wanted"), wanted);
    },
    lead: (rounds, killAt) =>
      staged.run(["lead", UNIT], {
        killAt,
        ...(rounds === undefined ? {} : { env: { GATEWAYS_ROUNDS: String(rounds) } }),
      }),
    came: async () => outcome((await staged.run(["came", UNIT])).said),
    main: () => main("unit"),
    instances: async () => ({
      own: `i-${await main("unit")}`,
      second: `i-${await main("unit/second")}`,
    }),
    remove: async () => {
      await staged.remove();
      server.close();
    },
  };
}

/** An API that takes what an agent says with its certificate. */
async function apiOf(told: string[]): Promise<Server> {
  const server = createServer((request, reply) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      const [, , , , agent, verb = "", instance] = (request.url ?? "").split("/");
      const said = (JSON.parse(body || "null") ?? {}) as { readonly instance_id?: string };
      const isIts = request.headers["x-bamf-client-cert"] === btoa("a certificate");
      if (isIts && agent === "agent-1") told.push(`${verb} ${said.instance_id ?? instance ?? ""}`);
      reply.writeHead(isIts ? 200 : 401).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
