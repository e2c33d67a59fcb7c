import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { AWAY, settled } from "../../lab/bamf/stage";
import { rollStage } from "./roll-stage";
import { bridgeOptions } from "./stage-platform";

// Long enough that a bridge asks the API to drain all of them before one has ended.
const on = rollStage({ BAMF_LAB_TUNNELS_END_LATE: "1s" });
const { bridges, held, refused, roll, said } = on;

describe("bridges whose tunnels end later than they ask the API to drain them", () => {
  test("are refused by the API, so that no agent is told to move twice and no tunnel stands still (T-39)", async () => {
    await on.stage.startAgent("one");
    const staged = await bridges(3);
    const client = await on.stage.startClient("-hold", "12", ...AWAY);
    const replaced = await roll(staged);
    const { held: open } = await settled(client);
    expect(open, said.join("\n")).toMatchObject({ kept: 12, cut: 0, frozen: 0 });
    expect(open.longestStallMs).toBeLessThan(5000);
    for (const one of replaced) expect(one).not.toHaveProperty("toldTwice");
    const logs = await Promise.all([0, 1, 2].map(on.stage.logOf));
    expect(logs.join("\n")).toContain("drain request failed");
    expect(logs.join("\n")).not.toContain("drain response");
    expect(await held()).toBe("");
    expect(await refused()).toBe("0");
  });

  test("are refused before they ask to be drained, even if the program that notices their stop gets no processor just then (T-39)", async () => {
    await on.stage.startAgent("one");
    const staged = await bridges(2);
    const client = await on.stage.startClient("-hold", "6", ...AWAY);
    for (const [ordinal, bridge] of staged.programs)
      staged.programs.set(ordinal, {
        ...bridge,
        stop: async () => {
          staged.signalHolder("SIGSTOP");
          setTimeout(() => {
            staged.signalHolder("SIGCONT");
          }, 150);
          await bridge.stop();
        },
      });
    const replaced = await roll(staged);
    const { held: open } = await settled(client);
    const logs = await Promise.all([0, 1].map(on.stage.logOf));
    expect(open, [...said, ...logs].join("\n")).toMatchObject({ kept: 6, cut: 0, frozen: 0 });
    for (const one of replaced) expect(one).not.toHaveProperty("toldTwice");
    // With little CPU all of them may have ended by the time at which it would ask.
    expect(logs.join("\n")).not.toContain("drain response");
  });

  test("are not refused by a certificate that bears another name: others may show the same one", async () => {
    await on.stage.startAgent("one");
    const staged = await bridges(2);
    await on.stage.startClient("-hold", "6", ...AWAY);
    // On a busy machine all that come at once may get the same bridge; the next one gets the other.
    while ((await on.stage.metric(1, "bamf_bridge_active_tunnels")) === 0)
      await on.stage.startClient("-hold", "1", ...AWAY);
    // Where 1 is looked for, 0 answers.
    const zero = on.stage.tunnelOf(0);
    const tunnelAddresses = { "bamf-bridge-0": zero, "bamf-bridge-1": zero };
    await roll(staged, { options: { ...bridgeOptions, tunnelAddresses } });
    expect(await on.stage.logOf(1)).toContain("drain response");
    expect(await on.stage.logOf(0)).toContain("drain request failed");
  });

  test("leave no session for a day whose client went away as its bridge stopped", async () => {
    await on.stage.startAgent("one");
    const staged = await bridges(2);
    const client = await on.stage.startClient("-hold", "6", ...AWAY);
    const leaving = await on.stage.startClient("-hold", "6", ...AWAY);
    const rolled = roll(staged);
    while ((await refused()) === "0") await pause(5);
    await leaving.stop("SIGKILL");
    await rolled;
    expect((await settled(client)).held).toMatchObject({ kept: 6, cut: 0, frozen: 0 });
    const keys = (await on.stage.redis("KEYS", "session:*")).split("\n");
    const sessions = keys.filter((it) => !it.endsWith("creds"));
    const lives = await Promise.all(sessions.map(async (it) => on.stage.redis("TTL", it)));
    expect(lives.filter((it) => Number(it) > 300)).toHaveLength(6);
  });

  test("have tunnels that stand still where the API does not refuse them, and the roll says of how many", async () => {
    await on.stage.startAgent("one");
    const staged = await bridges(3);
    const client = await on.stage.startClient("-hold", "12", ...AWAY);
    const folder = await mkdtemp(join(tmpdir(), "bamf-catalogue-"));
    const catalogue = join(folder, "catalogue.yaml");
    const known = await readFile("components/bamf/catalogue.yaml", "utf8");
    await writeFile(catalogue, known.replaceAll("revokes: true", "revokes: false"));
    const replaced = await roll(staged, { options: { ...bridgeOptions, catalogue } });
    await rm(folder, { recursive: true });
    const { tunnels } = await settled(client);
    // Those of the first bridges go on by then, if the roll took longer than they stood still.
    const stood = tunnels.filter((it) => it.state === "frozen" || it.stallMs > 20_000).length;
    expect(stood, said.join("\n")).toBeGreaterThan(0);
    const toldTwice = replaced.reduce((sum, one) => sum + (one.toldTwice ?? 0), 0);
    expect(toldTwice, said.join("\n")).toBeGreaterThanOrEqual(stood);
    expect(said.join("\n")).toContain("of them may have stood still for 30 s more");
  });
});
