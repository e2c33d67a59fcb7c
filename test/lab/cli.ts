import { ensurePlayProject, shellLines } from "./play";
import { connectLab, labDown, labState, labUp } from "./lab";

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const commands: Readonly<Record<string, () => Promise<void>>> = {
  up: async () => {
    const lab = await labUp(say);
    say("makes the project to play with, unless it is there");
    await ensurePlayProject(lab);
    say(
      `the lab is up (${lab.plugins} plugins); eval "$(npm run -s lab -- env)" points this shell to it`,
    );
  },
  down: () => labDown(say),
  status: async () => {
    const state = await labState();
    for (const { name, pid } of state.daemons) {
      print(`${name.padEnd(24)} ${pid === undefined ? "not running" : `runs as ${pid}`}`);
    }
    print(state.whole ? `the lab in ${state.home} is whole` : `no whole lab in ${state.home}`);
    process.exitCode = state.whole ? 0 : 1;
  },
  env: async () => {
    const lab = await connectLab();
    for (const line of shellLines(lab)) print(line);
  },
};

async function main(word: string | undefined): Promise<void> {
  const command = word === undefined ? undefined : commands[word];
  if (command === undefined) {
    say(`usage: npm run lab -- ${Object.keys(commands).join(" | ")}`);
    process.exitCode = 2;
    return;
  }
  try {
    await command();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

void main(process.argv[2]);
