import * as pulumi from "@pulumi/pulumi";
import { replacedIn, type ReplacedInstances } from "../evidence/replaced-instances";
import { fingerprint } from "../fingerprint";
import type { Plan } from "../plan/plan";
import type { StepTask, Wave } from "../target";
import type { Availability } from "./availability";
import { Chapter } from "./chapter";
import type { Restore } from "./restore";
import type { Schema } from "./schema";
import { ranInThisRun, stepCommand, type StepCommandArgs } from "./step-command";
import { verificationTrigger } from "./verification";

export interface RolloutArgs {
  readonly after: Schema;
  readonly guardedBy: Availability;
  /** A restore stops the workloads without a change to what is declared: whoever it was, they are started and watched after it. */
  readonly restored: Restore;
  /** What asks for a rollout if nothing is declared anew, or "". */
  readonly plan: Pick<Plan, "occasion">;
  readonly waves: readonly Wave[];
}

/** What must not come where this run has left a step out waits for these. */
type Ran = readonly pulumi.Input<pulumi.Resource>[];
type Revision = pulumi.Output<number | string | undefined>;

/** What has become of the waves so far. */
interface Rolled {
  readonly made: readonly pulumi.Resource[];
  readonly revisions: readonly Revision[];
  readonly replaced: readonly pulumi.Output<ReplacedInstances>[];
  /** Asked only by a next wave: what nobody waits for may be left out. */
  readonly ran: () => Ran;
}

/**
 * Every workload at the wanted release, wave by wave and without a request lost (S-28, S-29, S-54).
 *
 * Creates: for each wave its workloads and the step that watches them; where asked the step that verifies them before the next wave begins; while an
 * install by another tool is adopted, the step that takes it over. Waits for: schema and availability.
 * On failure: the reason in words within seconds; what serves keeps serving, because nothing leaves before its successor is ready, and no later wave is
 * touched.
 */
export class Rollout extends Chapter {
  static readonly type = "gateways:upgrade:Rollout";
  /** Changes whenever a workload was touched: applied, also by the way back from an upgrade that failed, or stopped by a restore. */
  readonly touched: pulumi.Output<string>;
  /** What became of instances that were replaced one at a time, and of what users had open on them. */
  readonly replaced: pulumi.Output<ReplacedInstances>;
  /** What the last restore came to, or "". */
  readonly restored: pulumi.Output<string>;
  private readonly chapter = "rollout";

  constructor(name: string, args: RolloutArgs, opts?: pulumi.ComponentResourceOptions) {
    super(Rollout.type, name, [args.after, args.guardedBy], opts);
    const first: Rolled = {
      made: [],
      revisions: [],
      replaced: [],
      // Said of each workload as well: with --target one of them may come alone.
      ran: () => [...args.after.ran, ...args.restored.ran],
    };
    const rolled = args.waves.reduce<Rolled>((before, wave) => {
      const { made, revisions, replaced, ran } = this.roll(name, wave, before.ran(), args);
      return {
        made: [...before.made, ...made],
        revisions: [...before.revisions, ...revisions],
        replaced: [...before.replaced, ...replaced],
        ran,
      };
    }, first);
    this.restored = args.restored.outcome;
    this.replaced = pulumi
      .all([...rolled.replaced])
      .apply((waves) => Object.fromEntries(waves.flatMap((wave) => Object.entries(wave))));
    this.touched = touchedBy(args.restored, rolled.revisions);
    this.end(rolled.made, { touched: this.touched });
  }

  private roll(name: string, wave: Wave, before: Ran, args: RolloutArgs): Rolled {
    const suffix = args.waves.length === 1 ? "" : `-${wave.name}`;
    const freed = optional(wave.before, (task) =>
      this.run(`${name}-sessions${suffix}`, task, {
        step: "sessions",
        triggers: task.triggers,
        dependsOn: before,
      }),
    );
    const applied = wave.apply(name, {
      parent: this,
      dependsOn: [...before, ...freed.map(({ step }) => step)],
    });
    const workloads = applied.map(({ resource }) => resource);
    const revisions = applied.map(({ revision }) => revision);
    const touched = touchedBy(args.restored, revisions);
    const owned = optional(wave.adoption, (task) =>
      this.run(`${name}-adoption${suffix}`, task, {
        step: "adoption",
        triggers: [fingerprint(task.input)],
        dependsOn: workloads,
      }),
    );
    const watched = this.run(`${name}-${this.chapter}${suffix}`, wave.watch, {
      step: "rollout",
      triggers: [touched, args.plan.occasion],
      dependsOn: [...workloads, ...owned.map(({ step }) => step)],
    });
    const verified = optional(wave.verify, (task) =>
      this.run(`${name}-verification${suffix}`, task, {
        step: "verification",
        triggers: [verificationTrigger(task.input), touched, args.plan.occasion],
        dependsOn: [watched.step],
      }),
    );
    const steps = [...freed, ...owned, watched, ...verified];
    return {
      made: [...workloads, ...steps.map(({ step }) => step)],
      revisions,
      replaced: [pulumi.unsecret(watched.step.stdout).apply(replacedIn)],
      ran: () => [watched, ...verified].map(({ ran }) => ran()),
    };
  }

  private run(
    name: string,
    task: StepTask,
    asked: Pick<StepCommandArgs, "step" | "triggers"> & { readonly dependsOn: Ran },
  ) {
    const { step: program, triggers, dependsOn } = asked;
    const step = stepCommand(
      name,
      { step: program, ...task, triggers },
      { parent: this, dependsOn: [...dependsOn] },
    );
    return { step, ran: () => ranInThisRun(step, program, triggers) };
  }
}

/** A list of one, or an empty one. */
const optional = <T, R>(value: T | undefined, make: (value: T) => R): readonly R[] =>
  value === undefined ? [] : [make(value)];

const touchedBy = ({ outcome }: Restore, revisions: readonly Revision[]): pulumi.Output<string> =>
  pulumi
    .all([outcome, pulumi.all([...revisions])])
    .apply(([restored, applications]) => [restored, ...applications].join(" ").trim());
