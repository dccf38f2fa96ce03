import { defineConfig } from "vitest/config";
import { PATIENCE_MS } from "./test/support/patience.ts";

const PATIENCE = {
  testTimeout: 2 * PATIENCE_MS,
  hookTimeout: PATIENCE_MS,
  expect: { poll: { timeout: PATIENCE_MS, interval: 50 } },
};

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
          ...PATIENCE,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          ...PATIENCE,
        },
      },
    ],
  },
});
