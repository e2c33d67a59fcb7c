import type { Overrides } from "../../lab/engine/stack-file";
import { changeMachine, emptyBackups, STACK, type Operated } from "./gateway";
import { doAsTold } from "./do-as-told";
import type { Operation } from "./operation";
import { runProgram, type Outcome } from "./run-program";
import { seeThrough, want } from "./see-through";

const REASON = "drawn";
const WORKS: Outcome = { ended: "done", broken: [] };

const done = async (work: Promise<unknown>): Promise<Outcome> => {
  await work;
  return WORKS;
};

/** Does it on the lab, and looks for a broken law where the program ran. */
export async function carryOut(operated: Operated, operation: Operation): Promise<Outcome> {
  const { stage, file, facts } = operated;
  const { product } = facts;
  const configure = (settings: Overrides) =>
    stage.project.configure(STACK, { [`gateways:${product}`]: settings });
  switch (operation.kind) {
    case "set the version":
      await want(operated, operation.release);
      return WORKS;
    case "consent to the major":
      return done(
        configure({ consents: { major: { release: operation.release, reason: REASON } } }),
      );
    case "mistype a consent":
      file.restore = undefined;
      return done(configure({ consents: { restore: null, major: { relaese: "2.0.0" } } }));
    case "take the consents back":
      Object.assign(file, { restore: undefined, downgrade: undefined, cut: undefined });
      return done(configure({ consents: null }));
    case "edit the values":
      return done(configure(facts.edits.level(operation.level)));
    case "ask for pods":
      file.replicas = operation.replicas;
      return done(configure(facts.edits.replicas(operation.replicas)));
    case "rotate a secret":
      return done(
        stage.project.setSecret(
          STACK,
          `gateways:${product}Secrets.${facts.rotated}`,
          `drawn-key-number-${operation.value}`,
        ),
      );
    case "write rows":
      return done(stage.sql(STACK, facts.sql.write));
    case "empty the backup folder":
      return done(emptyBackups(operated));
    case "go to the other machine":
      return done(changeMachine(operated));
    case "up to a release":
      await want(operated, operation.release);
      return runProgram(operated, { kind: "up" });
    case "up to a release, as it is told":
      await want(operated, operation.release);
      await doAsTold(operated);
      return runProgram(operated, { kind: "up" });
    case "up to a release, as it is told, killed":
      await want(operated, operation.release);
      await doAsTold(operated);
      return runProgram(operated, { ...operation, kind: "up, killed" });
    case "up to a release, as it is told, and meanwhile":
      await want(operated, operation.release);
      await doAsTold(operated);
      return runProgram(operated, { ...operation, kind: "up, and meanwhile" });
    case "see it through":
      return seeThrough(operated);
    case "up":
    case "up, killed":
    case "up, and meanwhile":
    case "up by two at once":
    case "up of one step":
    case "preview":
    case "refresh":
      return runProgram(operated, operation);
    default:
      return { ended: await operated.carryOut(operation), broken: [] };
  }
}
