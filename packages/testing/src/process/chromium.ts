// Where a machine has a Chromium, for tests and benches of the console.

import { existsSync } from 'node:fs'

const chromiums = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Null if there is none. */
export function findChromium(): string | null {
  return chromiums.find(existsSync) ?? null
}
