import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { besideHost, type BesideHost } from "./beside-host";
import { outcome } from "./run-program";
import { sumOf, UNIT } from "./staged-host";

let host: BesideHost;

beforeEach(async () => {
  host = await besideHost();
});
afterEach(() => host.remove());

/** Lets systemd answer nothing, once: when it is asked this for the time with that number, as one does that is busy, or that is loaded anew just then. */
async function silent(unit: string, property: string, time: number): Promise<void> {
  const asked = join(host.folder, "asked");
  await writeFile(asked, "0\n");
  await host.beforeSystemctl(`if [ "$*" = "show --property=${property} ${unit}" ]; then
  read -r before <"${asked}"
  echo $((before + 1)) >"${asked}"
  [ "$before" = ${time - 1} ] && exit 1
fi`);
}

describe("a systemd that does not answer once", () => {
  test("ends no second instance, which has tunnels: it is not taken for one that has gone (5.3)", async () => {
    const { good } = host.binaries;
    await host.wantBeside(good);
    await host.lead(1);
    const [before, { own, second }] = [await host.main(), await host.instances()];
    await silent(`gateways-beside-${UNIT}`, "MainPID", 1);
    await host.lead(3);
    expect([await host.main(), await host.beside()]).toEqual([before, sumOf(good)]);
    expect((await host.instances()).second).toBe(second);
    expect(host.told.at(-1)).toBe(`drain ${own}`);
  });

  test("restarts no agent that runs the wanted binary already (B-37)", async () => {
    const { good } = host.binaries;
    await host.want(good);
    expect(outcome((await host.swap()).said)).toBe("swapped");
    const before = await host.main();
    await host.want(good);
    // The first answer says whether the unit is active at all.
    await silent(UNIT, "ActiveState", 2);
    expect(outcome((await host.swap()).said)).toBe("swapped");
    expect(await host.main()).toBe(before);
  });
});
