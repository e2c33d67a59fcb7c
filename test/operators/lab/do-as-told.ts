import { parse } from "yaml";
import { z } from "zod";
import { STACK, type Operated } from "./gateway";

/** `set consents.major to { release: "2.0.0", reason: "..." }`: how a gate says what it wants to read in the stack file. */
const FIX =
  /set consents\.(?<consent>major|restore|window|deletion|downgrade|skew) to (?<value>\{.*?\})/g;
/** The same of notes that have to be read. */
const UNREAD = /^\W*BLOCK notes .*set notesRead: "(?<release>[^"]+)"/m;

const restoreShape = z.object({ release: z.string(), dump: z.string() });
const downgradeShape = z.object({ release: z.string() });

/**
 * Writes into the stack file every consent that the preview of it asks for, as a person does who reads the fixes and agrees. What a consent
 * states of the world (`consents.schema`) nobody writes unread.
 */
export async function doAsTold({ stage, file, facts }: Operated): Promise<void> {
  const { project } = stage;
  const { all } = await project.preview(STACK);
  const consents: Record<string, unknown> = Object.fromEntries(
    [...all.matchAll(FIX)].map(({ groups }): [string, unknown] => [
      groups?.["consent"] ?? "",
      parse(groups?.["value"] ?? ""),
    ]),
  );
  const notesRead = UNREAD.exec(all)?.groups?.["release"];
  if (Object.keys(consents).length === 0 && notesRead === undefined) return;
  const read = notesRead === undefined ? {} : { notesRead };
  await project.configure(STACK, { [`gateways:${facts.product}`]: { ...read, consents } });
  const restore = restoreShape.safeParse(consents["restore"]).data;
  if (restore !== undefined) file.restore = { release: file.release, dump: restore.dump };
  const downgrade = downgradeShape.safeParse(consents["downgrade"]).data;
  if (downgrade !== undefined) file.downgrade = downgrade.release;
}
