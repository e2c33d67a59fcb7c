import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { killAll } from "../engine/process-tree";
import { smallProgram, type SmallProgram } from "../engine/small-program";
import { changing, type Step } from "../engine/steps-of-log";
import { connectLab, type Lab } from "../lab";
import { isAlive, type ProcessIdentity } from "../process-identity";
import { until } from "../until";

// Rules of the official command plugin 1.2.1 on which the program builds. They hold on whichever
// plugin the lab runs; the last group is about the stand-in alone. Not proven here: remote commands,
// assets, Windows.

let lab: Lab;
let program: SmallProgram;

beforeAll(async () => {
  lab = await connectLab();
});

function inProgram(): void {
  beforeAll(async () => {
    program = await smallProgram(lab);
  });
  afterAll(async () => {
    await program.remove();
  });
}

const marks = (name: string) => readFile(join(program.directory, name), "utf8").catch(() => "");
const ops = (steps: readonly Step[], name: string) =>
  changing(steps).flatMap((step) => (step.name === name ? [step.op] : []));

describe("a command's life", () => {
  inProgram();
  const life = (version: string, more = "") => `
    const one = new command.local.Command("one", {
      create: 'echo "create $V" | tee -a marks; echo "was $PULUMI_COMMAND_STDOUT" >> marks',
      delete: 'echo "delete $V" >> marks',
      environment: { V: "${version}" },
      ${more}
    });
    exports.stdout = one.stdout;
    new command.local.Command("next", { create: "true", environment: { FROM: one.stdout } });
  `;

  test("a preview runs nothing and knows no output", async () => {
    await program.write(life("1"));
    const run = await program.preview();
    expect(ops(run.steps, "one")).toEqual(["create"]);
    expect(run.all).toMatch(/stdout: \[unknown\]/);
    expect(await marks("marks")).toBe("");
  });

  test("a first update runs create once, and a second one nothing", async () => {
    expect((await program.up()).exitCode).toBe(0);
    expect(await program.outputs()).toEqual({ stdout: "create 1" });
    const again = await program.up();
    expect(changing(again.steps)).toEqual([]);
    expect(await marks("marks")).toBe("create 1\nwas \n");
  });

  test("a changed input is an update, and its preview does not know the output", async () => {
    await program.write(life("2"));
    const run = await program.preview();
    expect(ops(run.steps, "one")).toEqual(["update"]);
    expect(run.steps.find(({ name }) => name === "one")?.changes).toEqual({
      "environment.V": "update",
    });
    expect(ops(run.steps, "next")).toEqual(["update"]);
  });

  test("without update, an update runs create with the former output in the environment", async () => {
    await program.up();
    expect(await marks("marks")).toBe("create 1\nwas \ncreate 2\nwas create 1\n");
  });

  test("an input that is added leaves the output known in a preview, and runs in an update", async () => {
    await program.write(life("2", `update: 'echo "update $V" | tee -a marks',`));
    const run = await program.preview();
    expect(ops(run.steps, "one")).toEqual(["update"]);
    expect(ops(run.steps, "next")).toEqual([]);
    await program.up();
    expect(await program.outputs()).toEqual({ stdout: "update 2" });
  });

  test("ignored changes change nothing", async () => {
    const ignoring = `}, { ignoreChanges: ["environment"]`;
    await program.write(life("3", `update: 'echo "update $V" | tee -a marks',${ignoring}`));
    expect(changing((await program.preview()).steps)).toEqual([]);
  });

  test("triggers that come, change or go replace: the new create, then the old delete", async () => {
    const before = (await marks("marks")).length;
    for (const triggers of [`["a"]`, `["b"]`, `["b", "c"]`, "undefined"]) {
      await program.write(life("2", `triggers: ${triggers},`));
      const run = await program.up();
      expect(ops(run.steps, "one")).toEqual(["create-replacement", "replace", "delete-replaced"]);
    }
    expect((await marks("marks")).slice(before)).toBe("create 2\nwas \ndelete 2\n".repeat(4));
  });

  test("a deleted command runs its recorded delete", async () => {
    const before = (await marks("marks")).length;
    await program.write("");
    await program.up();
    expect((await marks("marks")).slice(before)).toBe("delete 2\n");
  });
});

describe("a command that fails", () => {
  inProgram();
  const failing = (status: number, triggers = "a", environment = "{}") => `
    new command.local.Command("bad", {
      create: "echo out; echo err >&2; echo ran >> marks; exit ${status}",
      triggers: ["${triggers}"], environment: ${environment},
    });
  `;
  const state = async () => (await program.state()).match(/"stdout":"[^"]*"/g) ?? [];

  test("says exit status, command and what it printed, and leaves no trace in the state", async () => {
    await program.write(failing(3));
    const run = await program.up();
    expect(run.exitCode).not.toBe(0);
    const words = run.diagnostics.map(({ message }) => message).join("\n");
    expect(words).toContain(
      'exit status 3: running "echo out; echo err >&2; echo ran >> marks; exit 3":\n',
    );
    expect(words).toMatch(/^ *out$/m);
    expect(words).toMatch(/^ *err$/m);
    expect(await program.state()).not.toContain("command:local:Command");
  });

  test("is run again by the next update", async () => {
    await program.up();
    expect(await marks("marks")).toBe("ran\nran\n");
  });

  test("leaves the old one standing when it was a replacement or an update", async () => {
    await program.write(failing(0));
    expect((await program.up()).exitCode).toBe(0);
    await program.write(failing(1, "b"));
    expect((await program.up()).exitCode).not.toBe(0);
    expect(await state()).toEqual(['"stdout":"out"']);
    await program.write(failing(1, "a", `{ V: "2" }`));
    expect((await program.up()).exitCode).not.toBe(0);
    expect(await program.state()).not.toContain('"V"');
    expect(ops((await program.preview()).steps, "bad")).toEqual(["update"]);
  });
});

describe("a command that is stopped", () => {
  inProgram();
  const sleeping = (opts = "{}") => `
    new command.local.Command("slow", { create: "echo $$ > pid; echo begun; exec sleep 300" }, ${opts});
  `;
  const process = async (): Promise<ProcessIdentity | undefined> => {
    const { identify } = await import("../process-identity");
    return identify(Number(await marks("pid")));
  };
  const gone = (one: ProcessIdentity | undefined) =>
    until("the process is gone", async () => one === undefined || !(await isAlive(one)), {
      seconds: 20,
    });

  test("its time limit kills it", async () => {
    await program.write(sleeping(`{ customTimeouts: { create: "1s" } }`));
    const run = await program.up();
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toMatch(/signal: killed: running "echo \$\$ > pid/);
    await gone(await process());
  });

  test("Ctrl-C kills it, and the next update runs it again", async () => {
    await program.write(sleeping());
    const running = await program.startUp();
    await running.said(/begun/);
    const slow = await process();
    running.interrupt();
    expect((await running.finished).exitCode).not.toBe(0);
    await gone(slow);
    expect(ops((await program.preview()).steps, "slow")).toEqual(["create"]);
  });

  test("kill -9 of the CLI ends it too, and after a cancel the next update runs it again", async () => {
    const running = await program.startUp();
    await running.said(/begun/);
    const slow = await process();
    const orphans = await running.killCli();
    try {
      await gone(slow);
    } finally {
      await killAll(orphans);
    }
    expect((await program.preview()).exitCode).toBe(0);
    expect((await program.up()).all).toMatch(/currently locked/);
    await program.cancel();
    await program.write(`new command.local.Command("slow", { create: "echo quick" });`);
    const run = await program.up();
    expect(ops(run.steps, "slow")).toEqual(["create"]);
    expect(run.exitCode).toBe(0);
  });
});

describe("what the stand-in refuses", () => {
  inProgram();

  test.for([
    [
      "remote:Command",
      `new command.remote.Command("x", { create: "true", connection: { host: "127.0.0.1" } });`,
    ],
    ["assetPaths", `new command.local.Command("x", { create: "true", assetPaths: ["*"] });`],
  ])("%s is refused in words before anything runs", async ([what = "", source = ""], { skip }) => {
    skip(lab.plugins === "official", "the official plugin does it");
    await program.write(source);
    const run = await program.preview();
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toContain("the stand-in command plugin does not support");
    expect(run.all).toContain(what);
    expect(run.all).toContain("use the official plugin");
  });
});
