import { describe, expect, test } from "vitest";
import { parseStack } from "./stack-values";

const common = {
  version: "1.1.0",
  kubernetes: { context: "prod" },
  chart: { path: "charts/mnemom-gateway" },
  backup: { keep: 3 },
};
const parse = (instances: unknown, others: Readonly<Record<string, unknown>> = {}) =>
  parseStack(
    Object.fromEntries(
      Object.entries({
        smoltbot: common,
        smoltbotSecrets: { SUPABASE_KEY: "hunter2", SUPABASE_URL: "https://one" },
        smoltbotDatabaseUrl: "postgresql://one/db",
        instances,
        ...others,
      }).map(([key, value]) => [`gateways:${key}`, JSON.stringify(value)]),
    ),
  );
const gatewaysOf = (parsed: ReturnType<typeof parse>) =>
  "gateways" in parsed ? parsed.gateways : expect.fail(JSON.stringify(parsed.faults));
const faultsOf = (parsed: ReturnType<typeof parse>) => ("faults" in parsed ? parsed.faults : []);

describe("a stack file with several gateways", () => {
  test("gives each what is common to all, and its own over it", () => {
    const [eu, us] = gatewaysOf(
      parse(
        {
          eu: { kubernetes: { namespace: "eu" } },
          us: { kubernetes: { namespace: "us" }, version: "1.0.0", backup: { directory: "us" } },
        },
        {
          instanceSecrets: {
            us: { environment: { SUPABASE_KEY: "other" }, databaseUrl: "postgresql://two/db" },
          },
        },
      ),
    );
    expect(eu).toMatchObject({
      name: "eu",
      settings: { version: "1.1.0", kubernetes: { context: "prod", namespace: "eu" } },
      databaseUrl: "postgresql://one/db",
    });
    expect(us).toMatchObject({
      name: "us",
      settings: { version: "1.0.0", backup: { keep: 3, directory: "us" } },
      secrets: { SUPABASE_KEY: "other", SUPABASE_URL: "https://one" },
      databaseUrl: "postgresql://two/db",
    });
  });

  test("names a fault where it was written: at the gateway, or at what is common to all", () => {
    const faults = faultsOf(
      parse(
        {
          eu: { kubernetes: { namespace: "Europe" } },
          us: { kubernetes: { namespace: "us" }, verify: { secnds: 3 } },
        },
        { smoltbot: { ...common, version: "v1" } },
      ),
    );
    expect(faults.map(({ at }) => at)).toEqual([
      "gateways:smoltbot.version",
      "gateways:instances.eu.kubernetes.namespace",
      "gateways:instances.us.verify.secnds",
    ]);
  });

  test("that would put two of them in one place is refused", () => {
    const here = { kubernetes: { namespace: "here" } };
    expect(faultsOf(parse({ eu: here, us: here }))).toMatchObject([
      {
        at: "gateways:instances.us.kubernetes",
        found: "release smoltbot in namespace here, where eu is",
      },
    ]);
  });

  test("that has secrets for one that there is not says so, and shows none of them", () => {
    const faults = faultsOf(
      parse(
        { eu: { kubernetes: { namespace: "eu" } } },
        { instanceSecrets: { ue: { environment: { SUPABASE_KEY: "hunter2" } } } },
      ),
    );
    expect(faults).toMatchObject([{ at: "gateways:instanceSecrets.ue", expected: "one of eu" }]);
    expect(JSON.stringify(faults)).not.toContain("hunter2");
  });

  test("that names none is refused", () => {
    expect(faultsOf(parse({})).map(({ at }) => at)).toContain("gateways:instances");
  });
});
