import { describe, expect, test } from "vitest";
import { linesIn } from "../../../components/docker/platform/read-log";

const piece = (stream: number, text: string): Buffer => {
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
};

describe("the log of a container", () => {
  test("is read without the heads of its pieces, a line that is cut in two as one (S-18, S-19)", () => {
    const log = Buffer.concat([piece(1, "one\ntw"), piece(1, "o\n"), piece(2, "three\n")]);
    expect(linesIn(log)).toEqual(["one", "two", "three"]);
  });

  test("of a container with a terminal has no heads", () => {
    expect(linesIn(Buffer.from("one\r\ntwo\n"))).toEqual(["one\r", "two"]);
  });

  test("that is empty has no lines", () => {
    expect(linesIn(Buffer.alloc(0))).toEqual([]);
  });
});
