// Where a machine has a Chromium, for tests and benches of the console.

import { existsSync } from 'node:fs'

const chromiums = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
/** The same engine without a window, which it would have to draw. */
const headlessShell = '/usr/bin/chromium-headless-shell'

/** The whole browser, as people use it. Null if there is none. */
export function findChromium(): string | null {
  return chromiums.find(existsSync) ?? null
}

/**
 * The engine without a window, which takes a third less of the processor; else the browser. Null
 * if there is none.
 */
export function findHeadlessChromium(): string | null {
  return [headlessShell, ...chromiums].find(existsSync) ?? null
}
