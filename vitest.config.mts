import { defineConfig } from "vitest/config";

/** Two projects: `unit` needs nothing but Node, `lab` needs the lab and starts it. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          pool: "forks",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.lab.test.ts", "node_modules/**"],
        },
      },
      {
        test: {
          name: "lab",
          pool: "forks",
          include: ["test/**/*.lab.test.ts"],
          fileParallelism: false,
          globalSetup: ["test/lab/global-setup.ts"],
          testTimeout: 600_000,
          hookTimeout: 1_800_000,
        },
      },
    ],
  },
});
