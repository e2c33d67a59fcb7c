import { z } from "zod";
import { intOrPercent } from "./int-or-percent";
import { labelSelector, selects } from "./label-selector";
import type { KubernetesObject } from "./object";
import { isWorkload } from "./workload-kind";
import { readWorkload } from "./workload-shape";

const budgetShape = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    selector: labelSelector,
    minAvailable: intOrPercent.optional(),
    maxUnavailable: intOrPercent.optional(),
  }),
});

/** A disruption budget, as much of it as says what it keeps. */
export type Budget = z.infer<typeof budgetShape>;

/** A workload over whose pods a disruption budget lies. */
export interface GuardedWorkload {
  /** Name of the workload. */
  readonly workload: string;
  /** Labels of its pods. */
  readonly labels: Readonly<Record<string, string>>;
  /** Name of the budget. */
  readonly budget: string;
}

/** The disruption budgets among the objects that select pods with those labels. */
export const budgetsOver = (
  objects: readonly KubernetesObject[],
  labels: Readonly<Record<string, string>>,
): readonly Budget[] =>
  objects
    .filter(({ kind }) => kind === "PodDisruptionBudget")
    .flatMap((object) => budgetShape.safeParse(object).data ?? [])
    .filter(({ spec }) => selects(spec.selector, labels));

/** The workloads among the objects that ask for a disruption budget, but for one. */
export const guardedBeside = (
  but: string,
  objects: readonly KubernetesObject[],
): readonly GuardedWorkload[] =>
  objects
    .filter(isWorkload)
    .map(({ metadata }) => metadata.name)
    .filter((workload) => workload !== but)
    .flatMap((workload) => {
      const labels = readWorkload(objects, workload)?.spec.template.metadata.labels ?? {};
      const [budget] = budgetsOver(objects, labels);
      return budget === undefined ? [] : [{ workload, labels, budget: budget.metadata.name }];
    });
