import { describe, expect, test } from "vitest";
import { quoted, sshHost, sshOptions } from "../../../components/ssh/options";
import { containerOf } from "../../../components/docker/platform/docker-command";

const key = "edge-1 ssh-ed25519 AAAAC3Nza root@edge-1";

describe("a Docker host behind SSH", () => {
  test("is told from a socket, with its port", () => {
    expect(sshHost("unix:///var/run/docker.sock", undefined)).toBeUndefined();
    expect(sshHost("ssh://root@edge-1", key)).toMatchObject({ target: "root@edge-1", port: "22" });
    expect(sshHost("ssh://root@10.0.0.7:2222", key)).toMatchObject({ port: "2222" });
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

  test("runs programs in its containers by its own docker, with each word as it is", () => {
    const { command } = containerOf({ host: "ssh://root@edge-1", hostKey: key }, "db");
    const { file, args } = command(["psql", "-c", "SELECT 'a b'"]);
    expect(file).toBe("ssh");
    expect(args.slice(-2)).toEqual([
      "root@edge-1",
      `docker exec -i db psql -c 'SELECT '\\''a b'\\'''`,
    ]);
  });

  test("is not needed for a daemon of this machine", () => {
    const { command } = containerOf({ host: "unix:///run/docker.sock" }, "db");
    expect(command(["pg_dump"], { hasInput: false })).toEqual({
      file: "docker",
      args: ["--host", "unix:///run/docker.sock", "exec", "db", "pg_dump"],
    });
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
