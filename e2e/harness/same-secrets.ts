// Alerts of persons carry keys that are made of names under a suite's master key: suites whose bytes are compared have the same one.

/** 32 bytes, hex. Of tests alone. */
export const masterKeyOfTests = '7a'.repeat(32)
