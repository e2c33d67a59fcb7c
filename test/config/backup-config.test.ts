import { describe, expect, test } from "vitest";
import { faultsOf, keys, smoltbot, parseStack } from "./stack-values";

describe("a stack file", () => {
  test("may name a bucket for the dumps, whose credentials are a secret that no fault shows (law 6)", () => {
    const store = { bucket: "dumps", region: "eu-central-1", prefix: "gateways/prod" };
    const parsed = parseStack(keys({ ...smoltbot, backup: { store } }));
    expect("gateways" in parsed && parsed.gateways[0]?.settings.backup.store).toEqual(store);
    const faults = faultsOf(
      keys(
        { ...smoltbot, backup: { store: { bucket: "dumps", endpoint: "http://me:hunter2@s3" } } },
        { "gateways:smoltbotBackupCredentials": '{"accessKeyId":"hunter2","secretAccessKey":2}' },
      ),
    );
    expect(faults.map(({ at }) => at)).toEqual([
      "gateways:smoltbot.backup.store.region",
      "gateways:smoltbot.backup.store.endpoint",
      "gateways:smoltbotBackupCredentials.secretAccessKey",
    ]);
    expect(JSON.stringify(faults)).not.toContain("hunter2");
  });

  test("that wants encrypted dumps gives a key for them, which no fault shows (law 6)", () => {
    const wanted = keys({ ...smoltbot, backup: { encrypt: true } });
    const key = `AGE-SECRET-KEY-1${"Q".repeat(58)}`;
    const given = (text: string) => ({ ...wanted, "gateways:smoltbotBackupKey": text });
    expect(faultsOf(given(`# created: today\n${key}\n`))).toEqual([]);
    expect(faultsOf(wanted).map(({ at }) => at)).toEqual(["gateways:smoltbot.backup.encrypt"]);
    const [fault] = faultsOf(given(`${key}\nhunter2`));
    expect(fault).toMatchObject({
      at: "gateways:smoltbotBackupKey",
      found: "a secret that is not shown",
    });
  });
});
