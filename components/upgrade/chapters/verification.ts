import * as pulumi from "@pulumi/pulumi";
import type { VerificationInput } from "../../steps/verification-input";
import type { CameBack } from "../plan/came-back";
import { evidenceSchema, type Evidence } from "../evidence/evidence";
import { fingerprint } from "../fingerprint";
import type { Rollout } from "./rollout";
import type { Schema } from "./schema";
import { stepCommand, stepResult } from "./step-command";

export interface VerificationArgs {
  readonly after: Rollout;
  /** A migration touches what was verified, also where no workload is declared anew. */
  readonly on: Schema;
  readonly input: VerificationInput;
  /** Names of the cluster's access when the gateway was installed: another name for the same cluster verifies nothing anew. */
  readonly known: Pick<VerificationInput, "context" | "kubeconfig">;
  /** What asks for a verification where nothing is declared anew, or "". */
  readonly occasion: string;
  /** Set on a way back that leaves the database alone. */
  readonly cameBack: CameBack | undefined;
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * The wanted release, seen to work (S-15 to S-20, S-28 to S-31, S-49 to S-51).
 *
 * Creates: the step that looks. Waits for: the rollout. Yields: the evidence that the next stack trusts.
 * On failure: the release runs but is not verified, the next stack refuses it, and the next `up` verifies again.
 */
export class Verification extends pulumi.ComponentResource {
  static readonly type = "gateways:upgrade:Verification";
  /** What was verified; another stack may read it. */
  readonly evidence: pulumi.Output<Evidence>;
  private readonly chapter = "verification";

  constructor(
    name: string,
    { after, on, known, occasion, cameBack, secrets, ...args }: VerificationArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(Verification.type, name, {}, pulumi.mergeOptions(opts, { dependsOn: [after] }));
    const input = { ...args.input, occasion, ...(cameBack === undefined ? {} : { cameBack }) };
    const step = stepCommand(
      `${name}-${this.chapter}`,
      {
        step: "verification",
        input,
        secrets,
        triggers: [
          fingerprint({ ...input, ...known, wayBack: "", cameBack: undefined }),
          after.touched,
          on.head,
        ],
      },
      { parent: this, dependsOn: on.ran },
    );
    this.evidence = stepResult(step, (value) => evidenceSchema.parse(value));
    this.registerOutputs({ evidence: this.evidence });
  }
}
