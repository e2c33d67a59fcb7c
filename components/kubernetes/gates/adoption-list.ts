import type { Gate } from "../../upgrade/gate";
import { placeOf, type KubernetesInput } from "../gate-input";
import { adoptedObjects } from "./adopted-objects";
import { adoptedSecret } from "./adopted-secret";
import { adoption } from "./adoption";
import { helmRecords } from "./helm-records";

/** Whether an install by Helm can be taken over as it runs. */
export const adoptionGates: readonly Gate<KubernetesInput>[] = [
  {
    name: "adoption",
    question: "Is the install by Helm whole and well enough to be taken over?",
    ask: (input) =>
      input.facts.adoption === undefined
        ? []
        : adoption({
            plan: input.plan,
            cluster: input.facts.cluster,
            database: input.facts.database,
            release: input.settings.kubernetes.release,
            deployment: input.release.deployment,
            mended: input.release.mended,
            adopted: input.facts.adoption,
            at: placeOf(input),
            adoptAt: input.at("adopt"),
            versionAt: input.at("version"),
          }),
  },
  {
    name: "adopted-objects",
    question: "What does the adoption change of each object, and would a pod restart?",
    ask: (input) => {
      const found = toAdopt(input);
      if (found === undefined) return [];
      return adoptedObjects({
        adoption: found,
        objects: input.release.declared,
        at: placeOf(input),
      });
    },
  },
  {
    name: "adopted-secret",
    question: "Are the keys and values the same as those that the pods run with?",
    ask: (input) => {
      const found = toAdopt(input);
      if (found === undefined) return [];
      return adoptedSecret({
        adoption: found,
        secret: input.release.secret,
        shared: input.product.sharedKeys,
        place: input.settings.kubernetes,
        at: input.secretsAt,
      });
    },
  },
  {
    name: "helm-records",
    question: "Are there records of Helm that could still undo what this program does?",
    ask: (input) =>
      helmRecords({
        cluster: input.facts.cluster,
        plan: input.plan,
        place: input.settings.kubernetes,
        at: placeOf(input),
      }),
  },
];

/** What is to be taken over, until this stack has verified it. */
const toAdopt = ({ facts, plan }: KubernetesInput) =>
  plan.verified === undefined ? facts.adoption : undefined;
