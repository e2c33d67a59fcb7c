import { defineConfig } from "vitest/config";

/** The unit tests alone, file by file. */
export default defineConfig({
  test: {
    pool: "forks",
    include: ["test/**/*.test.ts"],
    exclude: ["node_modules/**", "test/**/*.lab.test.ts", "test/lab/**", "test/operators/**"],
    testTimeout: 60_000,
  },
});
