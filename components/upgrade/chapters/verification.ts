import * as pulumi from "@pulumi/pulumi";
import { evidenceSchema, type Evidence } from "../evidence/evidence";
import { fingerprint } from "../fingerprint";
import type { Plan } from "../plan/plan";
import type { VerificationWork } from "../target";
import { Chapter } from "./chapter";
import type { Rollout } from "./rollout";
import type { Schema } from "./schema";
import { stepCommand, stepResult } from "./step-command";

export interface VerificationArgs {
  readonly after: Rollout;
  /** A migration touches what was verified, also if no workload is declared anew. */
  readonly on: Schema;
  /** What asks for a verification if nothing is declared anew, and a way back that leaves the database alone. */
  readonly plan: Pick<Plan, "cameBack" | "occasion">;
  readonly work: VerificationWork;
}

/**
 * The wanted release, seen to work (S-15 to S-20, S-28 to S-31, S-49 to S-51).
 *
 * Creates: the step that looks. Waits for: the rollout. Yields: the evidence that the next stack trusts.
 * On failure: the release runs but is not verified, the next stack refuses it, and the next `up` verifies again.
 */
export class Verification extends Chapter {
  static readonly type = "gateways:upgrade:Verification";
  /** What was verified; another stack may read it. */
  readonly evidence: pulumi.Output<Evidence>;
  private readonly chapter = "verification";

  constructor(
    name: string,
    { after, on, plan: { cameBack, occasion }, work }: VerificationArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(Verification.type, name, [after], opts);
    const { input: asked, secrets, known } = work;
    const input = { ...asked, occasion, ...(cameBack === undefined ? {} : { cameBack }) };
    const step = stepCommand(
      `${name}-${this.chapter}`,
      {
        step: "verification",
        input,
        secrets,
        triggers: [verificationTrigger({ ...input, ...known }), after.touched, on.head],
      },
      { parent: this, dependsOn: [...on.ran] },
    );
    this.evidence = pulumi
      .all([
        stepResult(step, (value) => evidenceSchema.parse(value)),
        after.restored,
        after.replaced,
      ])
      .apply(([verified, restored, replaced]) => ({
        ...verified,
        ...(restored === "" ? {} : { restored }),
        ...(Object.keys(replaced).length === 0 ? {} : { replaced }),
      }));
    this.end([step], { evidence: this.evidence });
  }
}

/** Changes with all that a verification looks at: not with the words for the way back, nor with the way by which a release came. */
export const verificationTrigger = (input: object): string =>
  fingerprint({ ...input, wayBack: "", cameBack: undefined });
