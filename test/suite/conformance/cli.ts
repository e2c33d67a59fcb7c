import { env, stdout } from "node:process";
import { pluginKind } from "../../lab/pulumi-home";
import { readSettings } from "../../lab/settings";
import { close, runSuite } from "../run-suite";
import conformance from "./conformance.matrix";
import { contentOfConformance } from "./content";
import { readProof, recordProven } from "./proof";

const say = (line: string): void => {
  stdout.write(`${line}\n`);
};

/** Runs the conformance tests whole, and notes in the checkout that this content has passed them. */
async function main(): Promise<void> {
  const settings = readSettings(env);
  const content = await contentOfConformance();
  const files = Object.values(conformance.cells).map(({ testFile }) => testFile);
  const run = await runSuite({ files, whole: [conformance.name], say });
  if (run.conformancePassed && content === (await contentOfConformance()))
    await recordProven(await readProof(settings.cache, content, await pluginKind(settings)));
  close(run, say);
}

main().catch((error: unknown) => {
  say(
    `\nThe conformance tests did not run: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
});
