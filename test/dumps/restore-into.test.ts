import { Readable } from "node:stream";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { expect, test } from "vitest";
import type { Manifest } from "../../components/dumps/manifest";
import { restoreInto } from "../../components/dumps/restore-into";
import type { DumpStore } from "../../components/dumps/store/dump-store";
import type { Database } from "../../components/postgres/database";

test("a dump that cannot be decrypted leaves no program that waits for it", async () => {
  const key = await generateX25519Identity();
  const recipient = await identityToRecipient(key);
  const store = {
    open: () => Promise.resolve(Readable.from([Buffer.from("what was never encrypted\n")])),
  } as unknown as DumpStore;
  const manifest = {
    path: "/dumps/smoltbot.dump.zst.age",
    excluded: ["EVENT TRIGGER - audit"],
    encryption: { scheme: "age", recipient },
    archive: { format: "custom", compression: "zstd", bytes: 1, sha256: "" },
  } as unknown as Manifest;
  const io = { env: { PATH: process.env["PATH"], BACKUP_KEY: key }, say: () => undefined };
  const programs = () =>
    process.getActiveResourcesInfo().filter((one) => one === "ProcessWrap").length;
  const before = programs();
  const nobody = { name: "shop", words: "database shop" } as unknown as Database;
  await expect(restoreInto(nobody, { store, manifest }, io)).rejects.toThrow();
  expect(programs()).toBe(before);
});
