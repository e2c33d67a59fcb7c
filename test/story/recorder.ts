import * as pulumi from "@pulumi/pulumi";
import { MockMonitor, type MockResourceArgs } from "@pulumi/pulumi/runtime/mocks";

/** What every step prints. */
export const evidence = JSON.stringify({
  version: "1.1.0",
  digests: {},
  configHash: "hash",
  schemaHead: "",
  verifiedAt: "2026-01-01T00:00:00Z",
  probes: { sent: 1, failed: 0 },
  restarts: 0,
});

/** One registration as the engine would see it; names instead of URNs. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  /** Name of the parent, or "" of a top-level resource. */
  readonly parent: string;
  /** Names of what it waits for: the resources behind its dependsOn. */
  readonly after: readonly string[];
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
  /** Paths of inputs whose changes are ignored. */
  readonly ignored: readonly string[];
  /** The further options of the resource that are set: `deleteBeforeReplace`, `retainOnDelete`, `provider`, ... */
  readonly options: Readonly<Record<string, unknown>>;
}

/** The part of a registration request that the recorder reads. */
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getDependenciesList(): readonly string[];
  getProtect(): boolean;
  getIgnorechangesList(): readonly string[];
  getDeletebeforereplace(): boolean;
  getRetainondelete(): boolean;
  getReplaceonchangesList(): readonly string[];
  getAdditionalsecretoutputsList(): readonly string[];
  getAliasesList(): readonly unknown[];
  getImportid(): string;
  getDeletedwith(): string;
  getProvider(): string;
  getHooks(): { getBeforeCreateList(): readonly string[] } | undefined;
}

const optionsOf = (request: Request): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries({
      deleteBeforeReplace: request.getDeletebeforereplace(),
      retainOnDelete: request.getRetainondelete(),
      replaceOnChanges: request.getReplaceonchangesList(),
      secretOutputs: request.getAdditionalsecretoutputsList(),
      aliases: request.getAliasesList().length,
      beforeCreate: request.getHooks()?.getBeforeCreateList() ?? [],
      importId: request.getImportid(),
      deletedWith: request.getDeletedwith(),
      parentType: request.getParent().split("::").at(-2) ?? "",
      provider: request.getProvider().split("::").at(-2) ?? "",
    }).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : Boolean(value))),
  );

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? "";

/** The SDK's own monitor for tests knows no hooks; none is ever run. */
const acceptHook = (_: unknown, callback: (error: null, answer: object) => void): void => {
  callback(null, {});
};

/**
 * Runs a program against a monitor that remembers every registration in its order, parents and dependencies included.
 *
 * @param stdout - what every Command printed, or each by its name
 */
export async function record(
  program: () => unknown,
  {
    preview = false,
    stdout = "{}",
  }: { readonly preview?: boolean; readonly stdout?: string | ((name: string) => string) } = {},
): Promise<Registration[]> {
  const seen: Registration[] = [];
  const inputs = new Map<string, Readonly<Record<string, unknown>>>();
  await pulumi.runtime.setMocks(
    {
      newResource: (args: MockResourceArgs) => {
        inputs.set(`${args.type} ${args.name}`, args.inputs as Record<string, unknown>);
        const printed = typeof stdout === "string" ? stdout : stdout(args.name);
        const state = { ...(args.inputs as object), stdout: printed };
        return { id: `${args.name}-id`, state };
      },
      call: () => ({}),
    },
    "gateways",
    "prod",
    preview,
    "organization",
  );
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own this below
  const original = MockMonitor.prototype.registerResource;
  MockMonitor.prototype.registerResource = async function (request: Request, callback) {
    await original.call(this, request, callback);
    seen.push({
      type: request.getType(),
      name: request.getName(),
      parent: nameOf(request.getParent()),
      after: [...request.getDependenciesList()].map(nameOf).sort(),
      inputs: inputs.get(`${request.getType()} ${request.getName()}`) ?? {},
      protect: request.getProtect(),
      ignored: [...request.getIgnorechangesList()],
      options: optionsOf(request),
    });
  };
  Object.assign(MockMonitor.prototype, { registerResourceHook: acceptHook });
  try {
    await program();
    await pulumi.runtime.disconnect();
  } finally {
    MockMonitor.prototype.registerResource = original;
  }
  return seen.filter(({ type }) => type !== "pulumi:pulumi:Stack");
}
