import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketFailure } from "../../../components/dumps/store/bucket-failure";
import { judgeStored, leftByDeadRuns } from "../../../components/dumps/store/bucket-store";
import { openStore } from "../../../components/dumps/store/open-store";
import { partSizeFor, partSums } from "../../../components/dumps/store/part-sums";

test("without a store in the stack file the dumps lie in the folder, with one in the bucket", async () => {
  expect((await openStore({ directory: "/srv/backups" }, {})).words).toBe("/srv/backups");
  const store = { bucket: "dumps", region: "eu-central-1", prefix: "gateways/prod" };
  const bucket = await openStore({ directory: "/srv/backups", store }, {});
  expect(bucket.place("a.dump.zst")).toBe("s3://dumps/gateways/prod/a.dump.zst");
  expect(await bucket.freeBytes()).toBeUndefined();
});

test.each(["", "<html><body>Sign in</body></html>"])(
  "an answer that is no list of a bucket is none, however well it ended: %j (law 7)",
  async (page) => {
    const server = createServer((_, reply) => reply.end(page)).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const place = { bucket: "dumps", region: "us-east-1", pathStyle: true };
    const store = await openStore(
      { directory: "/", store: { ...place, endpoint: `http://127.0.0.1:${port}` } },
      { BACKUP_CREDENTIALS: JSON.stringify({ accessKeyId: "a", secretAccessKey: "b" }) },
    );
    await expect(store.list()).rejects.toThrow("s3://dumps is not listed: what answers is no S3");
    server.closeAllConnections();
    server.close();
  },
);

test("credentials that are none are refused without being shown (law 6)", async () => {
  const store = { bucket: "dumps", region: "eu-central-1" };
  const open = openStore({ directory: "/", store }, { BACKUP_CREDENTIALS: "hunter2" });
  const said = await open.then(String, String);
  expect(said).toContain("BACKUP_CREDENTIALS holds no credentials of a bucket. Fix: ");
  expect(said).not.toContain("hunter2");
});

describe("what a bucket tells of a dump", () => {
  const digest = (content: Buffer) => createHash("sha256").update(content).digest();

  test("is added up as it does: the hash of the whole, or of the hashes of its parts", () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 12 });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 20 }), (chunks, partSize) => {
        const added = partSums(partSize);
        for (const chunk of chunks) added.add(Buffer.from(chunk));
        const content = Buffer.concat(chunks);
        const parts = Array.from({ length: Math.ceil(content.length / partSize) }, (_, nth) =>
          digest(content.subarray(nth * partSize, (nth + 1) * partSize)),
        );
        const composite = `${digest(Buffer.concat(parts)).toString("base64")}-${parts.length}`;
        expect(added.sums()).toEqual({
          bytes: content.length,
          checksum: parts.length > 1 ? composite : digest(content).toString("base64"),
        });
      }),
    );
  });

  test("comes in parts that are never too many, however large the database", () => {
    expect(partSizeFor(0)).toBe(16 * 1024 ** 2);
    for (const terabytes of [1, 5, 40])
      expect((terabytes * 1e12) / partSizeFor(terabytes * 1e12)).toBeLessThan(10_000 / 3);
  });

  const sent = { bytes: 4, checksum: "abc=" };
  test("is its checksum, where all of it is there; a store that keeps none tells none", () => {
    expect(judgeStored("s3://d/a", sent, { bytes: 4, checksum: "abc=" })).toBe("abc=");
    expect(judgeStored("s3://d/a", sent, { bytes: 4, checksum: undefined })).toBeUndefined();
  });
  test.each([
    ["it is not there", undefined, "was sent and is not there"],
    ["bytes are missing", { bytes: 3, checksum: "abc=" }, "has 3 bytes, and 4 were sent"],
    ["it is another one", { bytes: 4, checksum: "xyz=" }, "has the checksum xyz=, and abc= was"],
  ])("is refused where %s", (_, told, words) => {
    expect(() => judgeStored("s3://d/a", sent, told)).toThrow(words);
  });
});

test("what another stack has begun is not what dead runs of this one have left, though its name begins alike (law 2)", () => {
  const old = Date.now() - 25 * 3_600_000;
  const dump = (stack: string) => `smoltbot-${stack}-20260102t030405z-before-1.2.0.dump.zst`;
  const mark = (stack: string, changed: number) => ({
    name: `${dump(stack)}.0a1b2c.partial-runner-7`,
    changed,
  });
  const upload = (name: string, begun = old) => ({ name, id: name, begun });
  const rows = "smoltbot-prod-20260102t030405z-rows-before-1.1.0.jsonl.gz";
  const found = leftByDeadRuns(
    "smoltbot-prod-",
    [mark("prod", old), mark("prod-eu", old), { name: dump("prod"), changed: old }],
    [
      ...[dump("prod"), dump("prod-eu"), `smoltbot-prod-dumps/${dump("prod")}`, rows],
      ...["smoltbot-prod-20260103t030405z-before-1.2.0.dump.zst"],
    ].map((name) => upload(name)),
  );
  expect(found.dead).toEqual([mark("prod", old).name]);
  expect(found.forgotten.map(({ name }) => name)).toEqual([
    rows,
    "smoltbot-prod-20260103t030405z-before-1.2.0.dump.zst",
  ]);
  expect(leftByDeadRuns("smoltbot-prod-", [], [upload(rows, Date.now())]).forgotten).toEqual([]);
});

test.each([
  ["NoSuchBucket", { name: "NoSuchBucket", message: "no such bucket." }, "Fix: make the bucket"],
  [
    "AccessDenied",
    { name: "AccessDenied", message: "Access Denied" },
    "Fix: let these credentials",
  ],
  [
    "Could not load credentials",
    { name: "CredentialsProviderError", message: "Could not load credentials from any providers" },
    "Fix: give credentials",
  ],
  [
    "connect ECONNREFUSED 127.0.0.1:9",
    {
      name: "AggregateError",
      message: "",
      errors: [
        { name: "Error", code: "ECONNREFUSED", message: "connect ECONNREFUSED 127.0.0.1:9" },
      ],
    },
    "Fix: make the store reachable",
  ],
  [
    "status 403",
    { name: "UnknownError", message: "UnknownError", $metadata: { httpStatusCode: 403 } },
    "Fix: let these credentials",
  ],
])("a bucket that fails with %s says so with what to do", (words, error, fix) => {
  const { message } = bucketFailure("s3://dumps", error);
  expect(message).toContain("s3://dumps does not do as it is asked: ");
  expect(message).toContain(words);
  expect(message).toContain(fix);
});
