import { describe, expect, test } from "vitest";
import { runBackup } from "../../components/steps/backup";
import { backupInputSchema } from "../../components/steps/backup-input";
import { runningReleases } from "../../components/steps/running-releases";
import { StepFailure } from "../../components/upgrade/step-io";
import { memoryPlatform } from "./memory-platform";

const io = { env: {}, say: () => undefined };
const backup = (source: object) =>
  backupInputSchema.parse({
    ...{ gateway: "smoltbot", stack: "prod", release: "1.2.0", source, directory: "/nowhere" },
    ...{ keep: 3, trackingTable: "_schema_migrations" },
  });

/** What it does not prove: that a dump is one, which the lab shows with a server. */
describe("a backup on a platform in memory", () => {
  const job = {
    ...{ kind: "job", namespace: "a", name: "smoltbot", image: "postgres:16" },
    secret: { name: "gateway", key: "POSTGRES_URL" },
  };

  test("saves nothing where no Secret names a database yet: no gateway has run there", async () => {
    const { open } = memoryPlatform();
    expect(await runBackup(backup(job), io, open)).toEqual({
      nothing: true,
      reason: "no Secret a/gateway names a database yet: no gateway has run here",
    });
  });

  test("fails with the platform's reason where no single container is meant (S-04)", async () => {
    const failure = new StepFailure("postgres-0, postgres-1 match app=postgres in a", "name one");
    const { open } = memoryPlatform([], { findContainer: () => Promise.reject(failure) });
    const source = { kind: "pod", namespace: "a", selector: "app=postgres", database: "shop" };
    await expect(runBackup(backup(source), io, open)).rejects.toBe(failure);
  });

  test("fails where its own client does not start, and says what to do", async () => {
    const { open } = memoryPlatform([], {
      findSecret: (name) => Promise.resolve({ exists: true, words: name }),
      runClient: () => Promise.reject(new Error("no such image")),
    });
    await expect(runBackup(backup(job), io, open)).rejects.toThrow(
      "no such image. Fix: see to the reason, then run this again.",
    );
  });

  test("leaves no secret in its result where the way back did not wait for one: that goes into the state as it is (law 6)", async () => {
    const url = "postgres://gateway:swordfish@db:5432/shop";
    const { open } = memoryPlatform([], {
      findSecret: (name) => Promise.resolve({ exists: true, words: name }),
      runClient: () => Promise.reject(new Error(`psql: invalid port in "${url}"; swordfish`)),
    });
    const cameBack = { from: "1.3.0", schemaHead: "", seenAt: "2026-01-01T00:00:00.000Z" };
    const input = { ...backup(job), cameBack, onTheWayBack: true };
    const saved = await runBackup(input, { ...io, env: { REDACT: JSON.stringify([url]) } }, open);
    expect(saved).toEqual({ nothing: true, reason: 'psql: invalid port in "***"; ***' });
  });
});

describe("the releases that a manifest names", () => {
  test("are those of the images that run, each once", async () => {
    const images = () => Promise.resolve(["r:5000/gateway:1.2.0", "gateway:1.1.0", "x:1.2.0"]);
    expect(await runningReleases(images, () => undefined)).toEqual(["1.1.0", "1.2.0"]);
  });

  test.each([
    [
      "an image names none",
      () => Promise.resolve(["gateway:latest"]),
      "an image is named gateway:latest",
    ],
    ["nobody answers", () => Promise.reject(new Error("connection refused")), "connection refused"],
  ])("are none where %s, and it is said", async (_, images, why) => {
    const said: string[] = [];
    expect(await runningReleases(images, (line) => said.push(line))).toEqual([]);
    expect(said).toEqual([`the manifest will not say which release ran: ${why}`]);
  });
});
