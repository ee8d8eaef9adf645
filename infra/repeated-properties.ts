// Random properties draw the same in every build, so that a build fails for what it changed and not
// by chance; the long form (TOCSIN_TEST_FULL=1) draws anew each time. TOCSIN_TEST_SEED repeats a
// run; each failure prints its seed.

import { configureGlobal } from 'fast-check'

const { TOCSIN_TEST_SEED: asked, TOCSIN_TEST_FULL: full } = process.env
if (asked !== undefined || full !== '1') configureGlobal({ seed: Number(asked ?? 1) })
