import { execa } from "execa";
import { expect, test } from "vitest";

/** What the SDK tells the engine, and whether it knows where it stands, in a process of its own: the SDK is loaded once per process. */
async function heardFrom(env: Readonly<Record<string, string>>): Promise<unknown> {
  const program = `
    import { createRequire } from "node:module";
    import { postponeSeldomUsed } from "./components/start/postpone.mjs";
    import { quieten } from "./components/start/quiet.mjs";
    postponeSeldomUsed(process.cwd());
    const require = createRequire(process.cwd() + "/index.ts");
    const pulumi = require("@pulumi/pulumi");
    quieten(process.cwd());
    const said = [];
    const log = (request, done) => { said.push(request.getMessage()); done(null); };
    require("@pulumi/pulumi/runtime/settings").getEngine = () => ({ log });
    await pulumi.log.debug("for nobody");
    await pulumi.log.info("for the operator");
    const frames = new Error("x").stack.split("\\n").length - 1;
    const places = pulumi.Resource.stackTrace(-1).length;
    console.log(JSON.stringify({ said, knowsPlaces: frames > 0 && places > 0 }));`;
  const { stdout } = await execa("node", ["--input-type=module", "--eval", program], { env });
  return JSON.parse(stdout) as unknown;
}

test("the SDK tells the engine nothing that only --debug would show, and all that is for the operator", async () => {
  expect(await heardFrom({})).toEqual({ said: ["for the operator"], knowsPlaces: false });
});

test.each(["PULUMI_OPTION_DEBUG", "PULUMI_DEBUG_PROMISE_LEAKS"])(
  "with %s the SDK tells everything",
  async (name) => {
    const said = ["for nobody", "for the operator"];
    expect(await heardFrom({ [name]: "true" })).toEqual({ said, knowsPlaces: true });
  },
);
