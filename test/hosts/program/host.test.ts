import { execFile, execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { linesOf, valueOf } from "../../../components/hosts/facts/host-lines";
import { ownerNote } from "../../../components/hosts/plan/owner";

const PROGRAM = join(import.meta.dirname, "../../../components/hosts/program/host.sh");

let state: string;
const run = (...words: readonly string[]) =>
  linesOf(
    execFileSync("sh", [PROGRAM, ...words], {
      env: { ...process.env, GATEWAYS_STATE: state },
      encoding: "utf8",
    }),
  );
const claim = (stack: string, release = "0.11.0", from = "") =>
  valueOf(run("claim", "bamf-agent", stack, release, from), "outcome");
const note = () => join(state, "bamf-agent/owner");

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), "owner-"));
});
afterEach(() => rm(state, { recursive: true }));

test("the first stack that comes to a host is noted there, by a look as well, and another one is refused with its name (B-38)", () => {
  expect(valueOf(run("look", "bamf-agent"), "owner.there")).toBeUndefined();
  expect(claim("gateways/prod")).toBe("claimed");
  expect(claim("gateways/prod", "0.12.0")).toBe("claimed");
  expect(claim("gateways/staging")).toBe("another");
  expect(ownerNote(run("claim", "bamf-agent", "gateways/staging", "0.11.0"), "owner.")).toEqual(
    ownerNote(run("look", "bamf-agent"), "owner."),
  );
  expect(ownerNote(run("look", "bamf-agent"), "owner.")).toMatchObject({
    stack: "gateways/prod",
    release: "0.12.0",
  });
});

test("a stack takes a host over from the one that it names, and from no other one", async () => {
  claim("gateways/prod");
  expect(claim("gateways/staging", "0.11.0", "gateways/dev")).toBe("another");
  expect(claim("gateways/staging", "0.11.0", "gateways/prod")).toBe("claimed");
  expect(claim("gateways/prod")).toBe("another");
  await writeFile(note(), "");
  expect(claim("gateways/prod")).toBe("another");
  expect(claim("gateways/prod", "0.11.0", "unknown")).toBe("claimed");
});

test("what a killed run has left of a note is no hindrance, and a unit with another name has a note of its own", async () => {
  await mkdir(join(state, "bamf-agent"));
  await writeFile(`${note()}.part`, "stack=gate");
  expect(claim("gateways/prod")).toBe("claimed");
  expect(await readdir(join(state, "bamf-agent"))).toEqual(["owner"]);
  expect(valueOf(run("claim", "bamf-other", "gateways/staging", "0.11.0"), "outcome")).toBe(
    "claimed",
  );
  expect(await readFile(note(), "utf8")).toMatch(/^stack=gateways\/prod\n/);
});

test("a unit is one with or without its ending: another stack that names it with that is refused (B-38)", () => {
  claim("gateways/prod");
  const said = run("claim", "bamf-agent.service", "gateways/staging", "0.11.0");
  expect(ownerNote(said, "owner.")).toMatchObject({ stack: "gateways/prod" });
});

test("of two stacks that come at one moment one is noted and the other one refused, each time (B-38)", async () => {
  for (let round = 0; round < 20; round += 1) {
    const two = await Promise.all(
      ["gateways/prod", "gateways/staging"].map(async (stack) => {
        const words = [PROGRAM, "claim", "bamf-agent", stack, "0.11.0", ""];
        const env = { ...process.env, GATEWAYS_STATE: state };
        const { stdout } = await promisify(execFile)("sh", words, { env });
        return { stack, outcome: valueOf(linesOf(stdout), "outcome") };
      }),
    );
    expect(two.map(({ outcome }) => outcome).sort()).toEqual(["another", "claimed"]);
    const owner = two.find(({ outcome }) => outcome === "claimed")?.stack ?? "";
    expect(await readFile(note(), "utf8")).toContain(`stack=${owner}\n`);
    await rm(note());
  }
});

test("a look at folders that can be written to, or are not there yet, names none, and tells the room for notes (B-36)", () => {
  const places = { GATEWAYS_STATE: join(state, "not/yet"), bin: join(state, "bamf-agent") };
  const said = linesOf(
    execFileSync("sh", [PROGRAM, "look", "bamf-agent"], {
      env: { ...process.env, ...places },
      encoding: "utf8",
    }),
  );
  expect([...said.keys()]).toEqual(["notesFreeKiB"]);
  expect(Number(valueOf(said, "notesFreeKiB"))).toBeGreaterThan(0);
});

test("where no note can be made none is, and the agent may be swapped all the same", async () => {
  // A file where the folder would be: also root makes none there, as on a disk that is read only.
  const file = join(state, "bamf-agent");
  await writeFile(file, "");
  expect(claim("gateways/prod")).toBe("unnoted");
  state = file;
  expect(claim("gateways/prod")).toBe("unnoted");
  state = dirname(file);
});
