// A temporary folder for a test. The caller removes it.

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export function tempFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `tocsin-${name}-`))
}
