import { stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { judgeSource } from "../../../components/docker/build/judge-source";
import { lookAtSource } from "../../../components/docker/build/look-at-source";
import { buildOf, repository, temporaryFolder } from "./repository";

describe("a source that images are built from", () => {
  test("at a tag or a full commit id is pinned (S-10)", async () => {
    const { folder, git } = await repository();
    const commit = await git("rev-parse", "HEAD");
    for (const [ref, kind] of [
      ["v1.0.0", "tag"],
      [commit, "commit"],
    ] as const)
      expect(await lookAtSource(buildOf(folder, { ref }))).toEqual({
        ref: { kind, commit },
        changed: [],
        lacks: [],
      });
  });

  test("at a branch, at HEAD or at a short id floats, and the commit to pin is said (S-09)", async () => {
    const { folder, git } = await repository();
    const commit = await git("rev-parse", "HEAD");
    for (const ref of ["main", "HEAD", commit.slice(0, 8)]) {
      const build = buildOf(folder, { ref });
      const facts = await lookAtSource(build);
      expect(facts.ref).toEqual({ kind: "floating", commit });
      expect(judgeSource(build, facts, "at")).toMatchObject([
        { at: "at.ref", fix: `set docker.build.ref: "${commit}"` },
      ]);
    }
  });

  test("at a tag that is a branch as well is what the tag says, also after the branch has moved", async () => {
    const { folder, git, write, commit } = await repository();
    const tagged = await git("rev-parse", "HEAD");
    await git("branch", "v1.0.0");
    await git("checkout", "--quiet", "refs/heads/v1.0.0");
    await write("more", "1");
    await commit("Move the branch");
    expect((await lookAtSource(buildOf(folder))).ref).toEqual({ kind: "tag", commit: tagged });
  });

  test("without the ref is refused, and nothing else is said of it (S-10)", async () => {
    const { folder } = await repository();
    const unknownCommit = "0".repeat(40);
    for (const ref of ["v9.9.9", unknownCommit]) {
      const build = buildOf(folder, { ref });
      expect(judgeSource(build, await lookAtSource(build), "at")).toMatchObject([
        { found: `${ref}, which ${folder} does not have` },
      ]);
    }
  });

  test("with changes that no commit has is refused, new files among them; what Git ignores does not count (S-10)", async () => {
    const { folder, write, commit } = await repository();
    await write(".gitignore", "node_modules\n");
    await commit("Ignore");
    await write("node_modules/one", "1");
    const build = buildOf(folder);
    expect(judgeSource(build, await lookAtSource(build), "at")).toEqual([]);
    await write("deploy/Dockerfile.gateway", "FROM busybox\n");
    for (const name of ["a b", "new", "other"]) await write(name, "1");
    const facts = await lookAtSource(build);
    expect([...facts.changed].sort()).toEqual(["a b", "deploy/Dockerfile.gateway", "new", "other"]);
    expect(judgeSource(build, facts, "at")).toMatchObject([
      {
        at: "at.source",
        found: expect.stringMatching(/^4 changed files in .* and more$/) as string,
      },
    ]);
  });

  test("whose ref lacks a Dockerfile is refused, whatever the folder has (S-11)", async () => {
    const { folder, write, commit } = await repository();
    await write("deploy/Dockerfile.migrate", "FROM scratch\n");
    await commit("Add the migration");
    const images = [
      ...buildOf(folder).images,
      { image: "localhost/smoltbot/migrate:v1.0.0", dockerfile: "deploy/Dockerfile.migrate" },
    ];
    const build = buildOf(folder, { images });
    const facts = await lookAtSource(build);
    expect(facts.lacks).toEqual(["deploy/Dockerfile.migrate"]);
    expect(judgeSource(build, facts, "at")).toMatchObject([
      { found: "no deploy/Dockerfile.migrate in v1.0.0" },
    ]);
  });

  test("is not changed by the look, its index neither", async () => {
    const { folder, write } = await repository();
    await write("deploy/Dockerfile.gateway", "FROM scratch\n");
    const index = join(folder, ".git/index");
    const before = (await stat(index)).mtimeMs;
    await lookAtSource(buildOf(folder));
    expect((await stat(index)).mtimeMs).toBe(before);
  });

  test("that is no repository is told in the words of git", async () => {
    const folder = await temporaryFolder();
    await expect(lookAtSource(buildOf(folder))).rejects.toThrow(/^git: .*not a git repository/);
  });
});
