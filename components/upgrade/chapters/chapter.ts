import * as pulumi from "@pulumi/pulumi";

/**
 * A chapter of an upgrade.
 *
 * Waits for: the chapters before it, also through those of them that have made nothing.
 */
export abstract class Chapter extends pulumi.ComponentResource {
  /** What the chapters before this one have handed on. */
  protected readonly waitsFor: readonly pulumi.Resource[];
  private made: readonly pulumi.Resource[] = [];

  protected constructor(
    type: string,
    name: string,
    after: readonly Chapter[],
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const waitsFor = after.flatMap(({ ends }) => ends);
    super(type, name, {}, pulumi.mergeOptions(opts, { dependsOn: waitsFor }));
    this.waitsFor = waitsFor;
  }

  /** What the next chapter waits for: this one. An empty component holds nothing back, so that an empty chapter hands on what it has waited for. */
  get ends(): readonly pulumi.Resource[] {
    return this.made.length === 0 ? [this, ...this.waitsFor] : [this];
  }

  /** The last line of a chapter. @param made - what it has made */
  protected end(made: readonly pulumi.Resource[], outputs: pulumi.Inputs): void {
    this.made = made;
    this.registerOutputs(outputs);
  }
}
