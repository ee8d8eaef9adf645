// The Chromium of this machine.

import { findHeadlessChromium } from '@tocsin/testing/process/chromium'

/** Undefined: there is none. */
export const executablePath = findHeadlessChromium() ?? undefined
