// The snippets of the pages for partners: each fenced block whose first line is a comment with the
// name of a file, and the command that subscribes.

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const read = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../infra/docs/${name}`, import.meta.url)), 'utf8')
const standardWebhooks = fileURLToPath(
  new URL('../../packages/testing/node_modules/standardwebhooks', import.meta.url)
)
const packages = fileURLToPath(new URL('../node_modules/@tocsin', import.meta.url))

/** Their texts by the name of their file. */
export function snippets(): ReadonlyMap<string, string> {
  const text = `${read('webhooks.md')}\n${read('webhook-receivers.md')}`
  const blocks = text.matchAll(/^```\w+\n((?:\/\/|#) ([\w-]+\.\w+)[\s\S]*?)^```$/gm)
  return new Map([...blocks].map(([, text, name]) => [name as string, text as string]))
}

/** The command of the quick start, for a shell. */
export function readSubscribing(): string {
  return /^```sh\n(curl [\s\S]*?)^```$/m.exec(read('webhooks.md'))?.[1] ?? ''
}

/** Writes them into a folder in which our packages can be imported. */
export function writeSnippets(folder: string): void {
  for (const [name, text] of snippets()) writeFileSync(join(folder, name), text)
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(packages, join(folder, 'node_modules', '@tocsin'))
  symlinkSync(standardWebhooks, join(folder, 'node_modules', 'standardwebhooks'))
}
