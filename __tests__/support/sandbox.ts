import { test } from '@jest/globals'

/** A test that needs a sandbox; see `warm-cache.js`. */
export const sandboxTest = process.env.TEST_SANDBOX ? test : test.skip

/** A test that makes the machine another one for the action, which needs root. */
export const rootTest = process.env.TEST_SANDBOX && process.geteuid?.() === 0 ? test : test.skip
