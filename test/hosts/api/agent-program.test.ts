import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bringProgram, hostProgram } from "../../../components/hosts/api/agent-program";
import { HOST, sshHere } from "./ssh-here";

let host: Awaited<ReturnType<typeof sshHere>>;

beforeEach(async () => {
  // Runs the command with the folder of the program in its own one, and notes it.
  host = await sshHere(
    'printf %s "$command" | sed "s#/var/lib/gateways#$HERE/gateways#g" >"$HERE/command" && exec sh "$HERE/command"',
  );
  await bringProgram(HOST);
});
afterEach(() => host.remove());

const folder = () => join(host.folder, "gateways");
const lies = () => readFile(join(folder(), "agent.sh"), "utf8");

/** Runs once more what the host was told, until its standard input ends. */
function arrives() {
  const child = spawn("sh", [join(host.folder, "command")], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { stdin: child.stdin, ended };
}

const bring = (text: string): Promise<number | null> => {
  const { stdin, ended } = arrives();
  stdin.end(text);
  return ended;
};

describe("the program that comes to a host", () => {
  test("lies there whole, and nothing beside it (B-36)", async () => {
    expect(await lies()).toBe(await hostProgram());
    expect(await readdir(folder())).toEqual(["agent.sh"]);
  });

  test("in part, since its connection has ended in the middle, takes no place (B-38)", async () => {
    const whole = await hostProgram();
    for (const length of [0, 100, whole.length - 1]) {
      expect(await bring(whole.slice(0, length))).not.toBe(0);
      expect(await lies()).toBe(whole);
    }
    expect(await readdir(folder())).toEqual(["agent.sh"]);
  });

  test("from two at one time is whole, also once the one goes on that has stopped in the middle (B-38)", async () => {
    const whole = await hostProgram();
    const first = arrives();
    first.stdin.write(whole.slice(0, 5000));
    while ((await readdir(folder())).length === 1);
    await bringProgram(HOST);
    expect(await lies()).toBe(whole);
    first.stdin.end("of another time");
    expect(await first.ended).not.toBe(0);
    expect(await lies()).toBe(whole);
    expect(await readdir(folder())).toEqual(["agent.sh"]);
  });
});
