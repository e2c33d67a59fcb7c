import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { smallProgram, type SmallProgram } from "../engine/small-program";
import { connectLab } from "../lab";

// What the official command plugin 1.2.1 hands to a process and takes from it; holds on whichever
// plugin the lab runs. Not proven here: assets and archives.

let program: SmallProgram;

beforeAll(async () => {
  program = await smallProgram(await connectLab());
});

afterAll(async () => {
  await program.remove();
});

const marks = (name: string) => readFile(join(program.directory, name), "utf8").catch(() => "");

describe("what a process gets and gives", () => {
  beforeAll(async () => {
    await program.write(`
      const give = (name, args, opts) => new command.local.Command(name, args, opts);
      const outputs = {
        stdin: give("stdin", { create: "cat", stdin: "by hand" }),
        nothing: give("nothing", { create: "cat" }),
        dir: give("dir", { create: "pwd", dir: "/" }),
        here: give("here", { create: "pwd" }),
        interpreter: give("interpreter", { create: "process.stdout.write(String(6*7))", interpreter: ["node", "-e"] }),
        lines: give("lines", { create: "printf 'a\\nb\\n\\n'; echo x >&2" }),
        unset: give("unset", {}),
        number: give("number", { create: "echo $N$B", environment: { N: "1", B: "true" } }),
      };
      for (const [name, one] of Object.entries(outputs)) exports[name] = one.stdout;
      const secret = give("secret", { create: "echo $S | tr a-z A-Z", environment: { S: pulumi.secret("hushhush") } });
      exports.fromSecret = secret.stdout;
      const hidden = give("hidden", { create: "echo topsecret | tr a-z A-Z" }, { additionalSecretOutputs: ["stdout"] });
      exports.hidden = hidden.stdout;
      for (const logging of ["none", "stdout", "stderr", "stdoutAndStderr"])
        give("log-" + logging, { create: "echo out; echo err >&2", logging });
    `);
    const run = await program.up();
    expect(run.exitCode, run.all).toBe(0);
    said = run.progress.map(({ urn, message }) => `${urn.split("::").at(-1)!}: ${message.trim()}`);
    outputs = await program.outputs();
  });
  let outputs: Readonly<Record<string, unknown>>;
  let said: readonly string[];

  test("standard input is the given text or empty", () => {
    expect(outputs).toMatchObject({ stdin: "by hand", nothing: "" });
  });

  test("the folder is the given one or the program's", () => {
    expect(outputs).toMatchObject({ dir: "/", here: program.directory });
  });

  test("the interpreter gets the command as its last argument", () => {
    expect(outputs["interpreter"]).toBe("42");
  });

  test("the output loses one line feed at its end", () => {
    expect(outputs["lines"]).toBe("a\nb\n");
  });

  test("a command without create runs nothing", () => {
    expect(outputs["unset"]).toBe("");
  });

  test("lines are shown while the process runs, as logging says", () => {
    const about = (name: string) => said.filter((line) => line.startsWith(`${name}: `)).sort();
    expect(about("log-none")).toEqual([]);
    expect(about("log-stdout")).toEqual(["log-stdout: out"]);
    expect(about("log-stderr")).toEqual(["log-stderr: err"]);
    expect(about("log-stdoutAndStderr")).toHaveLength(2);
    expect(about("lines")).toContain("lines: x");
  });

  test("a secret input is encrypted in the state, and what the process prints is no secret by itself", async () => {
    expect(outputs["fromSecret"]).toBe("HUSHHUSH");
    const state = await program.state();
    expect(state).not.toContain("hushhush");
    expect(state).not.toContain("TOPSECRET");
    expect(outputs["hidden"]).toBe("[secret]");
  });

  test("former results are not passed on where that is switched off", async () => {
    const source = (v: string) => `exports.out = new command.local.Command("quiet", {
      create: 'echo "[$PULUMI_COMMAND_STDOUT]"', environment: { V: "${v}" }, addPreviousOutputInEnv: false }).stdout;`;
    await program.write(source("1"));
    await program.up();
    await program.write(source("2"));
    await program.up();
    expect(await program.outputs()).toEqual({ out: "[]" });
  });

  test("a missing folder or program is said in words", async () => {
    await program.write(`
      new command.local.Command("nowhere", { create: "true", dir: "/no/such/folder" });
      new command.local.Command("nothing", { create: "true", interpreter: ["no-such-program"] });
    `);
    const { all } = await program.up("--continue-on-error");
    expect(all).toMatch(/chdir \/no\/such\/folder: no such file or directory/);
    expect(all).toMatch(/exec: "no-such-program": executable file not found in \$PATH/);
  });

  test("the function run acts in previews too", async () => {
    await program.write(
      `exports.out = command.local.runOutput({ command: "echo r >> runs; wc -l < runs" }).stdout;`,
    );
    await program.preview();
    await program.up();
    expect((await marks("runs")).split("\n").length).toBeGreaterThanOrEqual(3);
    await program.write(
      `exports.out = command.local.runOutput({ command: "echo no >&2; exit 4" }).stdout;`,
    );
    expect((await program.preview()).all).toMatch(/exit status 4: running .*exit 4.*:\s+no/s);
  });
});
