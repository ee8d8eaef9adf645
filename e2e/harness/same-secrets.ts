// Alerts of persons carry keys derived from names under a suite's master key: suites whose bytes
// are compared share one key.

/** 32 bytes, hex. Only for tests. */
export const masterKeyOfTests = '7a'.repeat(32)
