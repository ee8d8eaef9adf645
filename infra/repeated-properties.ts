// TOCSIN_TEST_SEED repeats the properties of fast-check as well; each failure prints its seed. Loaded before every test file, but
// only if the variable is set.

import { configureGlobal } from 'fast-check'

configureGlobal({ seed: Number(process.env.TOCSIN_TEST_SEED) })
