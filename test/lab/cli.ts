import { connectLab, labDown, labState, labUp } from "./lab";

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const commands: Readonly<Record<string, () => Promise<void>>> = {
  up: async () => {
    const lab = await labUp(say);
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
    for (const [name, value] of Object.entries(lab.env)) print(`export ${name}=${quoted(value)}`);
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
