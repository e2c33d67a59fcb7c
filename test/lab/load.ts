import { createInterface } from "node:readline";
import { execa } from "execa";
import { z } from "zod";
import type { Lab } from "./lab";

const reportSchema = z.object({
  sent: z.number(),
  failed: z.number(),
  resent: z.number(),
  slowestMs: z.number(),
  byError: z.record(z.string(), z.number()),
});

/**
 * What constant load has seen. Failed is refused, reset, an answer of 400 or more, or none within 2 s. A request whose kept-alive connection
 * the server closes while it is on its way is sent once more on a new one, as the providers' SDKs do, and counted as resent: no
 * server can save it.
 */
export type LoadReport = z.infer<typeof reportSchema>;

/** Load under way. */
export interface Load {
  /** When the first request failed, in milliseconds of the clock; undefined while none has. */
  readonly firstFailure: () => number | undefined;
  /** Ends it and gives what it has seen. */
  readonly stop: () => Promise<LoadReport>;
}

const LONGEST_SECONDS = 1800;

/** Sends requests at a constant rate, whatever the answers: half on kept-alive connections, half on new ones. Ends by itself after half an hour. */
export function startLoad(lab: Lab, url: string, perSecond: number): Load {
  const flags = ["--rate", String(perSecond), "--seconds", String(LONGEST_SECONDS), "--progress"];
  const child = execa(
    lab.binary,
    ["load", "--url", url, ...flags, "--keepalive-share", "0.5", "--timeout", "2s"],
    // Told to stop, it waits for what is on its way; a machine that stands still for a moment must not cost its report.
    { reject: false, buffer: { stderr: false }, forceKillAfterDelay: 60_000 },
  );
  let failed: number | undefined;
  let words = "";
  createInterface({ input: child.stderr }).on("line", (line) => {
    words = line;
    if (line.includes(" failed after ")) failed ??= Date.now();
  });
  return {
    firstFailure: () => failed,
    stop: async () => {
      child.kill("SIGTERM");
      const { stdout } = await child;
      const last = stdout.trim().split("\n").at(-1) ?? "";
      if (last === "") throw new Error(`the load generator said nothing: ${words}`);
      return reportSchema.parse(JSON.parse(last));
    },
  };
}
