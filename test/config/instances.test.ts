import { describe, expect, test } from "vitest";
import { parseConfig } from "../../components/config/parse";
import { configuredKubernetes } from "../../components/kubernetes/gateway/settings";
import { smoltbot as smoltbotProduct } from "../../components/smoltbot/product";
import { echo as echoProduct } from "../story/echo";
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
      instance: {
        ...{ name: "us", at: "instances.us", own: ["kubernetes", "version", "backup"] },
        shared: ["SUPABASE_URL"],
      },
    });
    expect(eu?.instance).toMatchObject({
      shared: ["SUPABASE_KEY", "SUPABASE_URL", "DatabaseUrl"],
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

describe("a stack file with gateways of two products", () => {
  const echo = { version: "2.0.0", kubernetes: { context: "prod", namespace: "echo" } };
  const parseTwo = (values: Readonly<Record<string, unknown>>) =>
    parseConfig(
      Object.fromEntries(
        Object.entries(values).map(([key, value]) => [`gateways:${key}`, JSON.stringify(value)]),
      ),
      [smoltbotProduct, echoProduct],
      [configuredKubernetes],
    );
  const smoltbot = { ...common, kubernetes: { context: "prod", namespace: "smoltbot" } };
  const namesOf = (parsed: ReturnType<typeof parseTwo>) =>
    "gateways" in parsed
      ? parsed.gateways.map(({ product, config }) => [config.name, product.name])
      : parsed.faults;

  test("has one of each that it describes, when it lists no instances", () => {
    const all = { smoltbot, smoltbotSecrets: {}, echo, echoSecrets: { A: "b" } };
    expect(namesOf(parseTwo(all))).toEqual([
      ["smoltbot", "smoltbot"],
      ["echo", "echo"],
    ]);
    expect(namesOf(parseTwo({ echo, echoSecrets: {} }))).toEqual([["echo", "echo"]]);
  });

  test("takes an instance for the product that it names, or whose key it overrides, and for smoltbot otherwise", () => {
    const instances = {
      a: { kubernetes: { namespace: "a" } },
      b: { product: "echo", kubernetes: { namespace: "b" } },
      c: { echo: { kubernetes: { namespace: "c" } } },
    };
    const parsed = parseTwo({ smoltbot, smoltbotSecrets: {}, echo, echoSecrets: {}, instances });
    expect(namesOf(parsed)).toEqual([
      ["a", "smoltbot"],
      ["b", "echo"],
      ["c", "echo"],
    ]);
  });

  test("names a fault in an instance where it was written, below the key of its product too", () => {
    const instances = {
      b: { product: "echo", verify: { secnds: 3 } },
      c: { echo: { chart: { path: "x" } } },
    };
    const faults = namesOf(parseTwo({ echo, echoSecrets: {}, instances }));
    expect(faults).toMatchObject([
      { at: "gateways:instances.b.verify.secnds" },
      { at: "gateways:instances.c.echo.chart" },
    ]);
  });

  test("is told which products there are, when an instance names none of them", () => {
    const instances = { b: { product: "ecko", kubernetes: { namespace: "b" } } };
    expect(namesOf(parseTwo({ smoltbot, smoltbotSecrets: {}, instances }))).toMatchObject([
      { at: "gateways:instances.b.product", expected: "one of smoltbot, echo" },
    ]);
  });

  test("is refused where two of them would share a place, without instances too", () => {
    const kubernetes = { context: "prod", namespace: "one", release: "gw" };
    const all = {
      smoltbot: { ...smoltbot, kubernetes },
      smoltbotSecrets: {},
      echo: { ...echo, kubernetes },
      echoSecrets: {},
    };
    expect(namesOf(parseTwo(all))).toMatchObject([
      {
        at: "gateways:echo.kubernetes",
        found: "release gw in namespace one, where smoltbot is",
      },
    ]);
  });

  test("never shows a faulty secret of any of them", () => {
    const faults = parseTwo({ echo, echoSecrets: { lower: "hunter2" } });
    expect(JSON.stringify(faults)).not.toContain("hunter2");
    expect(faults).toMatchObject({ faults: [{ at: "gateways:echoSecrets.lower" }] });
  });
});
