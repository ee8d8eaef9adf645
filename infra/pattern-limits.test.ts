// The limits of infra/docs/pattern-limits.md are in the code, with the number that the page states.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const page = readFileSync(join(root, 'infra', 'docs', 'pattern-limits.md'), 'utf8')
const rows = [...page.matchAll(/^\| `(\w+)` +\| `([^`]+)` +\| ([^|]+?) +\| .{20,}\|$/gm)].map(
  ([, name, file, value]) => [name, file, value] as [string, string, string]
)
const listed = ['ls-files', '--cached', '--others', '--exclude-standard', 'packages', 'services']
const files = execFileSync('git', listed, { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter(file => file.includes('/src/') && existsSync(join(root, file)))

it('states limits', () => expect(rows.length).toBeGreaterThan(60))

it.each(rows)('%s of %s is %s', (name, file, value) => {
  const stated = new RegExp(`^ *(?:export )?const ${name} = (.+)$`, 'gm')
  const values = files
    .filter(path => basename(path) === file)
    .flatMap(path => [...readFileSync(join(root, path), 'utf8').matchAll(stated)])
    .map(([, text]) => text!.replaceAll('_', ''))
  expect(values).toEqual([value])
})
