// A folder of a test's own, below the system's folder for such things. Who makes one removes it.

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export function tempFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `tocsin-${name}-`))
}
