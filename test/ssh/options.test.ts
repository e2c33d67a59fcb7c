import { describe, expect, test } from "vitest";
import { quoted, sshHost, sshOptions } from "../../components/ssh/options";

const key = "edge-1 ssh-ed25519 AAAAC3Nza root@edge-1";

describe("a host behind SSH", () => {
  test("is told from a socket, with its port", () => {
    expect(sshHost("unix:///var/run/docker.sock", undefined)).toBeUndefined();
    expect(sshHost("ssh://root@edge-1", key)).toMatchObject({ target: "root@edge-1", port: "22" });
    expect(sshHost("ssh://root@10.0.0.7:2222", key)).toMatchObject({ port: "2222" });
    const six = { target: "root@fd00::7", port: "2222" };
    expect(sshHost("ssh://root@[fd00::7]:2222", key)).toMatchObject(six);
    expect(sshHost("ssh://root@edge-1:ssh", key)).toBeUndefined();
  });

  test("is trusted by the key of the stack file alone, and nobody is asked", () => {
    const options = sshOptions({ port: "22", hostKey: key });
    expect(options).toContain("StrictHostKeyChecking=yes");
    expect(options).toContain("BatchMode=yes");
    expect(options).toContain("UserKnownHostsFile=/dev/null");
    expect(options).toContain("KnownHostsCommand=/bin/echo * ssh-ed25519 AAAAC3Nza");
    expect(sshOptions({ port: "22", hostKey: "ssh-ed25519 AAAA" })).toContain(
      "KnownHostsCommand=/bin/echo * ssh-ed25519 AAAA",
    );
  });

  test("is not reached over a connection that a person shares, whose trust nobody knows, nor with what a person forwards", () => {
    const options = sshOptions({ port: "22", hostKey: key });
    expect(options).toEqual(
      expect.arrayContaining(["ControlPath=none", "ClearAllForwardings=yes", "RemoteCommand=none"]),
    );
  });

  test.each([
    ["plain", "plain"],
    ["two words", "'two words'"],
    ["", "''"],
    ["it's", `'it'\\''s'`],
    ["$HOME", "'$HOME'"],
  ])("takes %j as one word of a shell", (word, text) => {
    expect(quoted(word)).toBe(text);
  });
});
