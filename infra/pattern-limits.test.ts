// infra/docs/pattern-limits.md has each limit of a pattern in the code, with its number, and no other.

import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const domain = join(root, 'packages', 'domain', 'src')

async function limitsInCode(folder: string): Promise<string[]> {
  const files = (await readdir(join(domain, folder), { recursive: true })).filter(file => file.endsWith('.ts'))
  const found = await Promise.all(
    files.map(async file => {
      const code = await readFile(join(domain, folder, file), 'utf8')
      const limits = code.matchAll(/^ *(?:export )?(?:const|readonly|static readonly) #?(\w+Max) = (.+?);?$/gm)
      return [...limits].map(([, name, value]) => `${name} ${folder}/${file.replaceAll('\\', '/')} ${value?.replaceAll('_', '')}`)
    })
  )
  return found.flat()
}

it('the page of limits has each one in the code of patterns, with its number', async () => {
  const page = await readFile(join(root, 'infra', 'docs', 'pattern-limits.md'), 'utf8')
  const stated = [...page.matchAll(/^\| `(\w+)` +\| `([^`]+)` +\| ([^|]+?) +\| .{20,}\|$/gm)].map(
    ([, name, file, value]) => `${name} ${file} ${value}`
  )
  expect(stated.length).toBeGreaterThan(25)
  const inCode = (await Promise.all(['patterns', 'detection'].map(limitsInCode))).flat()
  expect(stated.toSorted()).toEqual(inCode.toSorted())
})
