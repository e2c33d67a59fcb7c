import { execa } from "execa";
import { z } from "zod";
import type { Lab } from "./lab";

const reportSchema = z.object({
  sent: z.number(),
  failed: z.number(),
  slowestMs: z.number(),
  byError: z.record(z.string(), z.number()).nullish(),
});

/** What constant load has seen. Failed is refused, reset, an answer of 400 or more, or none within 2 s. */
export type LoadReport = z.infer<typeof reportSchema>;

/** Load under way. */
export interface Load {
  /** Ends it and gives what it has seen. */
  readonly stop: () => Promise<LoadReport>;
}

const LONGEST_SECONDS = 1800;

/** Sends requests at a constant rate, whatever the answers: half on kept-alive connections, half on new ones. Ends by itself after half an hour. */
export function startLoad(lab: Lab, url: string, perSecond: number): Load {
  const flags = ["--rate", String(perSecond), "--seconds", String(LONGEST_SECONDS)];
  const child = execa(
    lab.binary,
    ["load", "--url", url, ...flags, "--keepalive-share", "0.5", "--timeout", "2s"],
    { reject: false },
  );
  return {
    stop: async () => {
      child.kill("SIGTERM");
      const { stdout, stderr } = await child;
      const last = stdout.trim().split("\n").at(-1) ?? "";
      if (last === "") throw new Error(`the load generator said nothing: ${stderr}`);
      return reportSchema.parse(JSON.parse(last));
    },
  };
}
