import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import {
  askAddress,
  parseReply,
  reachedAt,
  requestText,
} from "../../../components/docker/platform/talk";

describe("a request from inside of a host", () => {
  test("ends with its connection, so that the answer comes in one piece", () => {
    expect(requestText("127.1.2.3:18787", "/health/ready", {}).split("\r\n")).toEqual([
      "GET /health/ready HTTP/1.0",
      "host: 127.1.2.3:18787",
      "connection: close",
      "accept: */*",
      "",
      "",
    ]);
  });

  test("carries its body as JSON with its length in bytes", () => {
    const text = requestText("a:1", "/", { method: "POST", body: { name: "ü" } });
    expect(text).toContain("POST / HTTP/1.0\r\n");
    expect(text).toContain("content-length: 13\r\n");
    expect(text.endsWith('\r\n\r\n{"name":"ü"}')).toBe(true);
  });

  test("is answered by status and body, whatever the status is (T-15)", () => {
    const body = '{"status":"degraded"}\r\n\r\nmore';
    const answer = `HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n\r\n${body}`;
    expect(parseReply(answer)).toEqual({ status: 503, body });
  });

  test("is not answered by what is no answer of HTTP", () => {
    expect(parseReply("")).toBeUndefined();
    expect(parseReply("SSH-2.0-OpenSSH_9.2\r\n")).toBeUndefined();
  });
});

describe("a request whose way", () => {
  /** A daemon that runs no program, but ends each at once like this. */
  const ending = (exec: () => Promise<unknown>) =>
    ({
      getContainer: () => ({ exec }),
      modem: { demuxStream: (from: Readable) => from.resume() },
    }) as unknown as Parameters<typeof askAddress>[0]["docker"];

  test("to the daemon is cut says nothing of whoever was asked, who may be well (S-16, S-40)", async () => {
    const cut = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
    const docker = ending(() => Promise.reject(cut));
    await expect(askAddress({ docker }, "proxy", "127.0.0.1:1", "/health")).rejects.toBe(cut);
  });

  test("ends at a closed port is answered by nobody", async () => {
    const inspect = () => Promise.resolve({ ExitCode: 7 });
    const start = () => Promise.resolve(Readable.from([]));
    const docker = ending(() => Promise.resolve({ start, inspect }));
    await expect(
      askAddress({ docker }, "proxy", "127.0.0.1:1", "/health"),
    ).resolves.toBeUndefined();
  });
});

test.each(["0.0.0.0:8787", "*:8787", ":::8787"])(
  "a front proxy that listens at all addresses (%s) is asked at one that the host has (T-46)",
  (bind) => {
    expect(reachedAt(bind)).toBe("127.0.0.1:8787");
    expect(reachedAt("10.0.0.5:8787")).toBe("10.0.0.5:8787");
  },
);
