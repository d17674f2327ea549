import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/kafka/setup.ts',
    // Tests that pack the library or run compilers say so themselves and ask for more.
    testTimeout: 20_000,
    // Some begin real processes, on machines that are busy.
    hookTimeout: 60_000,
  },
});
