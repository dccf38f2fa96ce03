import { defineConfig } from "vitest/config";

// "unit" is fast and part of `npm run check`; "e2e" starts real tmux servers, sockets, git repositories and workers.
export default defineConfig({
  test: {
    // End-to-end tests mostly wait: two files side by side keep two cores busy, and more would hold each other up.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**"],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
