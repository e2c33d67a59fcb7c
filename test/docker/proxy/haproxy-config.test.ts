import { expect, test } from "vitest";
import { haproxyConfig, type ProxySettings } from "../../../components/docker/proxy/haproxy-config";

const settings: ProxySettings = {
  bind: "*:8787",
  idleSeconds: 600,
  drainSeconds: 300,
  servers: [
    { name: "smoltbot-gateway-1-1-0-1-ab12cd", address: "127.18.4.7:18787" },
    { name: "smoltbot-gateway-1-1-0-2-ef34ab", address: "127.18.4.8:18787" },
  ],
};

test("the front proxy is told where it listens, how long it drains, and each gateway once", () => {
  const lines = haproxyConfig(settings).split("\n");
  expect(lines).toContain("  bind *:8787");
  expect(lines).toContain("  hard-stop-after 300s");
  expect(lines.filter((line) => line.startsWith("  server "))).toEqual([
    "  server smoltbot-gateway-1-1-0-1-ab12cd 127.18.4.7:18787",
    "  server smoltbot-gateway-1-1-0-2-ef34ab 127.18.4.8:18787",
  ]);
  expect(lines.at(-1)).toBe("");
});

test("what keeps requests whole over a reload and an upgrade of the proxy is there (T-46)", () => {
  const lines = haproxyConfig(settings)
    .split("\n")
    .map((line) => line.trim());
  expect(lines).toContain(
    'stats socket "${PROXY_SOCKET}" mode 600 level admin expose-fd listeners',
  );
  for (const line of ["option idle-close-on-response", "option http-server-close"])
    expect(lines).toContain(line);
});

test("the same settings give the same text", () => {
  expect(haproxyConfig({ ...settings })).toBe(haproxyConfig(settings));
});

test.each<[string, Partial<ProxySettings>]>([
  ["a name with a line in it", { servers: [{ name: "a\nuser root", address: "127.0.0.1:1" }] }],
  ["a name with a word after it", { servers: [{ name: "a b", address: "127.0.0.1:1" }] }],
  ["an address without a port", { servers: [{ name: "a", address: "127.0.0.1" }] }],
  ["an address to listen on with a space", { bind: "*:8787 process 1" }],
])("%s is refused", (_, change) => {
  expect(() => haproxyConfig({ ...settings, ...change })).toThrow(
    "cannot stand in the configuration of the front proxy",
  );
});
