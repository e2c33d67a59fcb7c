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
const AGENT = "\x7fELF".padEnd(3000, "x");

describe("files of a release", () => {
  let folder: string;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "assets-"));
    await mkdir(join(folder, "0.11.0"));
    await writeFile(join(folder, "0.11.0", "checksums.txt"), LIST);
    await writeFile(join(folder, "0.11.0", "bamf-agent-linux-amd64"), AGENT);
    await writeFile(join(folder, "0.11.0", "page"), PAGE);
    server = createServer(({ url: path, headers }, answer) => {
      const served: Readonly<Record<string, string>> = {
        "/v0.11.0/checksums.txt": LIST,
        "/v0.11.0/bamf-agent-linux-amd64": AGENT,
        "/v0.11.0/in-part": AGENT,
        "/v0.11.0/unmeasured": AGENT,
        "/v0.11.0/page": PAGE,
      };
      const text = served[path ?? ""];
      const [, last] = /^bytes=0-(\d+)$/.exec(headers.range ?? "") ?? [];
      if (text !== undefined && path === "/v0.11.0/in-part" && last !== undefined) {
        answer.writeHead(206, { "content-range": `bytes 0-${last}/${text.length}` });
        answer.end(text.slice(0, Number(last) + 1));
        return;
      }
      const length = { "content-length": (text ?? PAGE).length };
      answer.writeHead(text === undefined ? 404 : 200, path?.endsWith("unmeasured") ? {} : length);
      answer.end(text ?? PAGE);
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

  test("have the same size at a server that sends no more than is asked for, and none at one that does not say (T-31)", async () => {
    expect(await sizeOfAsset({ url }, "0.11.0", "in-part")).toBe(3);
    expect(await sizeOfAsset({ url }, "0.11.0", "unmeasured")).toBeUndefined();
  });

  test("are none where an error page is served in their place with status 200, or lies there (T-31, B-36)", async () => {
    for (const place of [{ folder: join(folder, "{version}") }, { url }])
      await expect(sizeOfAsset(place, "0.11.0", "page")).rejects.toThrow(
        /page is no program, such as an error page: it begins with "<html>Not Found/,
      );
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

  test("may come from Windows, or from a folder: the ends of its lines, capital letters and ./ say nothing", () => {
    const text = `${sum("A")} *bamf.exe\r\n${sum("b")}  ./bamf-linux-arm64\r\n`;
    expect([...readChecksums(text)]).toEqual([
      ["bamf.exe", sum("a")],
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
