import { parse } from "yaml";
import { z } from "zod";
import type { Operated } from "./gateway";
import { STACK } from "./run";

/** `set consents.major to { release: "2.0.0", reason: "..." }`: how a gate says what it wants to read in the stack file. */
const FIX = /set consents\.(?<consent>major|restore) to (?<value>\{.*?\})/g;

const restoreShape = z.object({ release: z.string(), dump: z.string() });

/**
 * Writes into the stack file every consent that the preview of it asks for, as a person does who reads the fixes and agrees. What a consent
 * states of the world (`consents.schema`) nobody writes unread.
 */
export async function doAsTold({ stage, file }: Operated): Promise<void> {
  const { project } = stage;
  const { all } = await project.preview(STACK);
  const consents: Record<string, unknown> = Object.fromEntries(
    [...all.matchAll(FIX)].map(({ groups }): [string, unknown] => [
      groups?.["consent"] ?? "",
      parse(groups?.["value"] ?? ""),
    ]),
  );
  if (Object.keys(consents).length === 0) return;
  await project.configure(STACK, { "gateways:smoltbot": { consents } });
  const restore = restoreShape.safeParse(consents["restore"]).data;
  if (restore !== undefined) file.restore = { release: file.release, dump: restore.dump };
}
