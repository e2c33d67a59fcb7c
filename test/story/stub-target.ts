import { Command } from "@pulumi/command/local/command.js";
import * as pulumi from "@pulumi/pulumi";
import type { Make, StepTask, Target, Wave } from "../../components/upgrade/target";

const task = (input: object = {}): StepTask => ({ input, secrets: {} });

/** A resource that is nothing but its name. */
export const make =
  (...roles: readonly string[]): Make =>
  (gateway, options) =>
    roles.map((role) => new Command(`${gateway}-${role}`, { create: role }, options));

/** Workloads that are nothing but their names. */
export const wave = (name: string, more: Partial<Wave> = {}): Wave => ({
  name,
  apply: (gateway, options) =>
    make(name)(gateway, options).map((resource) => ({
      resource,
      revision: pulumi.output(`${name} 1`),
    })),
  watch: task({ wave: name }),
  ...more,
});

/** A place in memory for a product that has nothing but one workload. */
export const stubTarget = (more: Partial<Target> = {}): Target => ({
  connect: () => ({ options: {}, identifier: pulumi.output(undefined) }),
  configuration: () => [],
  availability: () => [],
  waves: [wave("all")],
  verification: { ...task({ wayBack: "revert" }), known: {} },
  ...more,
});
