import { argv, stdout } from "node:process";
import { Story } from "./demo/story";
import { table } from "./demo/table";
import type { Demo } from "./demo/demo-of-product";
import { labDown, labState, labUp } from "./lab";

const say = (line: string): void => {
  stdout.write(`${line}\n`);
};

/** The demo that the words ask for. What the others need is not even loaded. */
async function chosen(words: readonly string[]): Promise<Demo> {
  if (words.includes("bamf")) return (await import("./demo/bamf/bamf-demo")).bamfDemo;
  if (words.includes("bamf-agents"))
    return (await import("./demo/bamf-agents/agents-demo")).agentsDemo;
  if (words.includes("docker")) return (await import("./demo/docker/docker-demo")).dockerDemo;
  return (await import("./demo/smoltbot-demo")).smoltbotDemo;
}

/** Shows the main job on a real cluster. Exit 0 only if everything went as told. */
async function main(words: readonly string[]): Promise<void> {
  const began = Date.now();
  const keep = words.includes("--keep");
  const demo = await chosen(words);
  const ranBefore = (await labState()).daemons.some(({ pid }) => pid !== undefined);
  // Whoever looks at the lab afterwards may ask for what no scene asks for.
  const lab = await labUp(say, keep ? {} : { without: demo.without });
  const story = new Story(demo.scenes, say);
  try {
    const { directory, namespace } = await demo.play({ lab, story, say, keep });
    say(`\n${table(story.rows()).join("\n")}\n`);
    say(
      `done in ${((Date.now() - began) / 60_000).toFixed(1)} minutes, with ${lab.plugins} plugins`,
    );
    if (keep) for (const line of howToLook(directory, namespace)) say(line);
  } finally {
    if (!keep && !ranBefore) await labDown(say);
  }
}

const howToLook = (directory: string, namespace: string): readonly string[] => [
  "\nThe lab still runs. To look at it:",
  `  eval "$(npm run -s lab -- env)"; export PULUMI_OPTION_CWD=${directory} PULUMI_BACKEND_URL=file://${directory}/.state`,
  "  pulumi preview --stack prod        # change version in Pulumi.prod.yaml there, and look again",
  "  pulumi stack output --stack prod",
  `  kubectl get pods,jobs,pdb --namespace ${namespace}`,
  "To end it: npm run lab -- down",
];

main(argv.slice(2)).catch((error: unknown) => {
  say(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
