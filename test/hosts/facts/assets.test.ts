import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  placeOfAsset,
  readChecksums,
  readSums,
  sizeOfAsset,
} from "../../../components/hosts/facts/assets";
import { sum } from "../agents";

const PAGE = "<html>Not Found</html>";
const LIST = `${sum("a")}  bamf-agent-linux-amd64\n`;

describe("files of a release", () => {
  let folder: string;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "assets-"));
    await mkdir(join(folder, "0.11.0"));
    await writeFile(join(folder, "0.11.0", "checksums.txt"), LIST);
    await writeFile(join(folder, "0.11.0", "bamf-agent-linux-amd64"), "x".repeat(3000));
    server = createServer(({ url: path }, answer) => {
      const found = path === "/v0.11.0/checksums.txt" ? LIST : undefined;
      const isBinary = path === "/v0.11.0/bamf-agent-linux-amd64";
      answer.setHeader("content-length", isBinary ? 3000 : (found ?? PAGE).length);
      answer.statusCode = found === undefined && !isBinary ? 404 : 200;
      answer.end(isBinary ? "x".repeat(3000) : (found ?? PAGE));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    url = `http://127.0.0.1:${port}/v{version}/{asset}`;
  });
  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  test("are found in a folder or at a URL by release and name", () => {
    expect(placeOfAsset({ folder: "/srv/{version}" }, "0.11.0", "one")).toEqual({
      path: "/srv/0.11.0/one",
    });
    expect(placeOfAsset({ url: "https://a/v{version}/{asset}" }, "0.11.0", "one")).toEqual({
      url: "https://a/v0.11.0/one",
    });
  });

  test("have their sums and sizes in either place (T-31)", async () => {
    for (const place of [{ folder: join(folder, "{version}") }, { url }]) {
      expect(await readSums(place, "0.11.0")).toEqual({ "bamf-agent-linux-amd64": sum("a") });
      expect(await sizeOfAsset(place, "0.11.0", "bamf-agent-linux-amd64")).toBe(3);
    }
  });

  test("that are not there are so in words, and an error page is none (T-31)", async () => {
    await expect(readSums({ url }, "0.12.0")).rejects.toThrow(/checksums.txt answers 404/);
    await expect(sizeOfAsset({ url }, "0.11.0", "other")).rejects.toThrow(/answers 404/);
    await expect(readSums({ folder }, "0.12.0")).rejects.toThrow(/ENOENT/);
    await expect(
      readSums({ url: "http://127.0.0.1:1/{version}/{asset}" }, "1.0.0"),
    ).rejects.toThrow(/no answer from http:\/\/127.0.0.1:1/);
  });
});

describe("checksums.txt", () => {
  test("has a sum for each asset, of text and of binary files", () => {
    const text = `${sum("a")}  bamf-agent-linux-amd64\n${sum("b")} *bamf-linux-arm64\n`;
    expect([...readChecksums(text)]).toEqual([
      ["bamf-agent-linux-amd64", sum("a")],
      ["bamf-linux-arm64", sum("b")],
    ]);
  });

  test.each([
    ["an error page", "<html><body>Not Found</body></html>", /found "<html><body>Not Found/],
    ["an empty answer", "\n", /found nothing in it/],
    ["a sum that was cut off", `${sum("a").slice(1)}  bamf`, /expected a sha256/],
    ["two sums of one asset", `${sum("a")}  bamf\n${sum("b")}  bamf\n`, /two sums of bamf/],
  ])("%s is refused (T-31)", (_, text, words) => {
    expect(() => readChecksums(text)).toThrow(words);
  });
});
