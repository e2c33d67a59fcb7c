import { doAsTold } from "./do-as-told";
import { STACK, type Operated } from "./gateway";
import { BEFORE, type Release } from "./operation";
import { runProgram, verifiedRelease, type Outcome, type Told } from "./run-program";

/** Writes the version into the stack file. */
export async function want({ stage, file, facts }: Operated, wish: Release): Promise<void> {
  const release = wish === BEFORE ? file.before : wish;
  if (release !== file.release) file.before = file.release;
  file.release = release;
  await stage.project.setVersion(STACK, release, facts.product);
}

/**
 * I10: whatever has happened ends by the same `up`, as it is told, or by that of the line reverted to what was verified last. Where the program says so, the state is
 * refreshed in between.
 */
export async function seeThrough(operated: Operated): Promise<Outcome> {
  const { file } = operated;
  const wanted = file.release;
  const same = await upAsTold(operated);
  if (isOver(same)) return { ...same, ended: `${same.ended} by the same up` };
  await want(operated, (await verifiedRelease(operated)) ?? BEFORE);
  const back = await upAsTold(operated);
  if (isOver(back)) return { ...back, ended: `${back.ended} by the line reverted` };
  return {
    ended: "stuck",
    broken: [
      `I10: neither ends well, the up to ${wanted}: ${whyOf(same)}; nor that of the line reverted to ${file.release}: ${whyOf(back)}`,
    ],
  };
}

const isOver = ({ ended, broken }: Outcome): boolean => ended === "ended well" || broken.length > 0;

async function upAsTold(operated: Operated): Promise<Told> {
  await doAsTold(operated);
  const told = await runProgram(operated, { kind: "up" });
  if (isOver(told) || !told.said.includes("pulumi refresh")) return told;
  await operated.stage.project.refresh(STACK);
  await doAsTold(operated);
  return runProgram(operated, { kind: "up" });
}

/** What a person would read first. */
const whyOf = ({ said }: Told): string =>
  said
    .split("\n")
    .filter((line) => /BLOCK|UNKNOWN|error:|Fix:/.test(line))
    .slice(0, 12)
    .join(" | ");
