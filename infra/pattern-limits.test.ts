// infra/docs/pattern-limits.md has each limit in the code that decides, with its number, and no
// other.

import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const domain = join(root, 'packages', 'domain', 'src')

async function limitsInCode(): Promise<string[]> {
  const files = (await readdir(domain, { recursive: true })).filter(file => file.endsWith('.ts'))
  const found = await Promise.all(
    files.map(async file => {
      const code = await readFile(join(domain, file), 'utf8')
      const limits = code.matchAll(
        /^ *(?:export )?(?:const|readonly|static readonly) #?(\w+Max) = (.+?);?$/gm
      )
      return [...limits].map(
        ([, name, value]) => `${name} ${file.replaceAll('\\', '/')} ${value?.replaceAll('_', '')}`
      )
    })
  )
  return found.flat()
}

it('the page of limits has each one in the domain, with its number and what happens beyond it', async () => {
  const page = await readFile(join(root, 'infra', 'docs', 'pattern-limits.md'), 'utf8')
  const stated = [...page.matchAll(/^\| `(\w+)` +\| `([^`]+)` +\| ([^|]+?) +\| .{20,}\|$/gm)].map(
    ([, name, file, value]) => `${name} ${file} ${value}`
  )
  expect(stated.length).toBeGreaterThan(100)
  expect(stated.toSorted()).toEqual((await limitsInCode()).toSorted())
})
