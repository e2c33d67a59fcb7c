import { readFile } from "node:fs/promises";
import { afterEach, expect, test, vi } from "vitest";
import { connectionArguments } from "../../components/postgres/database";
import { sharesBackends } from "../../components/postgres/pooler";
import { within } from "../../components/postgres/within";

afterEach(() => {
  vi.useRealTimers();
});

test("a look that answers in time gives its answer, and leaves no timer behind", async () => {
  vi.useFakeTimers();
  expect(await within(15, "the database", () => Promise.resolve(5))).toBe(5);
  expect(vi.getTimerCount()).toBe(0);
});

test("a server that says nothing ends the look at its limit, and what it has started is told", async () => {
  vi.useFakeTimers();
  let told = false;
  const look = within(15, "database shop at db:5432", (signal) => {
    signal.addEventListener("abort", () => (told = true));
    return new Promise(() => undefined);
  });
  const failed = expect(look).rejects.toThrow(
    "database shop at db:5432 has not answered within 15 s",
  );
  await vi.advanceTimersByTimeAsync(15_000);
  await failed;
  expect(told).toBe(true);
});

test("an answer that came while this process stood still is heard, though its limit has passed by the clock", async () => {
  const look = within(0.3, "the store", () => readFile(import.meta.filename, "utf8"));
  const goesOn = Date.now() + 400;
  while (Date.now() < goesOn);
  expect(await look).toContain("stood still");
});

test("a connection that falls silent speaks up by itself, and nothing of it stands on the command line but that", () => {
  const keepalives = "keepalives=1 keepalives_idle=30 keepalives_interval=10 keepalives_count=3";
  expect(connectionArguments("psql", ["-X"])).toEqual(["-d", keepalives, "-X"]);
  expect(connectionArguments("pg_dump", ["-a"])).toEqual(["-d", keepalives, "-a"]);
  expect(connectionArguments("pg_dump", ["--version"])).toEqual(["--version"]);
  expect(connectionArguments("pg_restore", ["--dbname=x"])).toEqual(["--dbname=x"]);
});

test.each([
  ["no pooler, or one in session mode", { first: "7", other: "8", again: "7" }, false],
  [
    "a pooler that gives an idle session's connection away",
    { first: "7", other: "7", again: "8" },
    true,
  ],
  [
    "a pooler of one connection too few to tell otherwise",
    { first: "7", other: "7", again: "7" },
    true,
  ],
  ["a pooler that hands connections around", { first: "7", other: "8", again: "9" }, true],
])("%s is told by the server's processes (S-13)", (_, backends, pooled) => {
  expect(sharesBackends(backends)).toBe(pooled);
});
