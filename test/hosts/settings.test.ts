import { describe, expect, test } from "vitest";
import { z } from "zod";
import { faultsOf } from "../../components/config/faults";
import { hostsSchema } from "../../components/hosts/settings";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample";
const host = (change: object = {}) => ({
  address: "10.0.0.1",
  group: "canary",
  hostKey: key,
  ...change,
});
const hosts = (change: object = {}) => ({
  assets: { folder: "/srv/bamf/{version}" },
  groups: [{ name: "canary" }],
  inventory: { "web-1": host() },
  ...change,
});
const faults = (value: object) => {
  const schema = z.strictObject({ hosts: hostsSchema });
  const result = schema.safeParse({ hosts: value });
  return result.success
    ? []
    : faultsOf(result.error, { hosts: value }, schema).map(
        ({ at, found, expected }) => `${at}: ${found}, not ${expected}`,
      );
};

describe("an inventory of hosts", () => {
  test("has the few things that must be said, and defaults for the rest", () => {
    expect(hostsSchema.parse(hosts())).toMatchObject({
      user: "root",
      port: 22,
      unit: "bamf-agent",
      groups: [{ name: "canary", size: 5, mayMiss: 10 }],
      inventory: { "web-1": { labels: {} } },
    });
  });

  test("of a host without a key to pin is refused", () => {
    expect(faults(hosts({ inventory: { "web-1": host({ hostKey: undefined }) } }))).toEqual([
      "gateways:hosts.inventory.web-1.hostKey: nothing, not a public key of the host, as ssh-keyscan prints it: ssh-ed25519 AAAA...",
    ]);
  });

  test("of which several things are wrong is refused with all of them, each at its place", () => {
    const inventory = {
      "web-1": host({ group: "web" }),
      "web-2": host({ group: "canary" }),
    };
    expect(
      faults(hosts({ inventory, groups: [{ name: "canary" }, { name: "db" }, { name: "db" }] })),
    ).toEqual([
      'gateways:hosts.groups.1.name: "db", not a group that at least one host of the inventory names',
      'gateways:hosts.groups.2.name: "db", not a name that no other group has',
      'gateways:hosts.groups.2.name: "db", not a group that at least one host of the inventory names',
      'gateways:hosts.inventory.web-1.group: "web", not one of the groups: canary, db, db',
      'gateways:hosts.inventory.web-2.address: "10.0.0.1", not an address of its own; web-1 has this one',
    ]);
  });

  test.each([
    ["a misspelt key", { usr: "root" }, /hosts\.usr: a key that this program does not know/],
    ["no host", { inventory: {} }, /hosts\.inventory: \{\}, not at least one host/],
    [
      "both ways to the files",
      { assets: { url: "https://a/{asset}", folder: "/b" } },
      /exactly one of url and folder/,
    ],
    [
      "a password in a URL",
      { assets: { url: "https://me:secret@a/{asset}" } },
      /a URL without credentials/,
    ],
    [
      "a share that is no share",
      { groups: [{ name: "canary", mayMiss: 90 }] },
      /percent: at most 50/,
    ],
  ])("with %s is refused in words", (_, change, words) => {
    const found = faults(hosts(change));
    expect(found.join("\n")).toMatch(words);
    expect(found.join("\n")).not.toContain("secret@");
  });

  test("may say of one host what is otherwise for all", () => {
    const inventory = {
      "web-1": host({ port: 2222 }),
      "web-2": host({ user: "ops", unit: "bamf-agent@b" }),
    };
    expect(faults(hosts({ inventory }))).toEqual([]);
  });
});
