// The snippets of infra/docs/webhooks.md: each fenced block whose first line is a comment with the
// name of a file.

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const page = fileURLToPath(new URL('../../infra/docs/webhooks.md', import.meta.url))
const packages = fileURLToPath(new URL('../node_modules/@tocsin', import.meta.url))

/** Their texts by the name of their file. */
export function snippets(): ReadonlyMap<string, string> {
  const blocks = readFileSync(page, 'utf8').matchAll(
    /^```\w+\n((?:\/\/|#) ([\w-]+\.\w+)[\s\S]*?)^```$/gm
  )
  return new Map([...blocks].map(([, text, name]) => [name as string, text as string]))
}

/** Writes them into a folder in which our packages can be imported. */
export function writeSnippets(folder: string): void {
  for (const [name, text] of snippets()) writeFileSync(join(folder, name), text)
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(packages, join(folder, 'node_modules', '@tocsin'))
}
