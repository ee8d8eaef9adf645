// Words come beside what shows them: no file of a view reads a part that is not loaded with it.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const src = join(import.meta.dirname, '../../src')
const textOf = (file: string) => readFileSync(join(src, file), 'utf8')
const parts = await Promise.all(
  readdirSync(join(src, 'words/en'))
    .filter(name => name.endsWith('.ts'))
    .map(async name => {
      const { part } = (await import(join(src, 'words/en', name))) as { part: object }
      return [name.slice(0, -3), Object.keys(part)] as const
    })
)
const partOf = new Map(parts.flatMap(([part, names]) => names.map(name => [name, part] as const)))

/** What a file brings with it. */
function reached(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const [, name] of textOf(file).matchAll(/^(?:import|export) (?!type)[^']*?'(\.[^']+)'/gm)) {
    const path = relative(src, join(src, dirname(file), name as string))
    if (/\.tsx?$/.test(path) && existsSync(join(src, path))) reached(path, seen)
  }
  return seen
}

function partsRead(file: string): readonly string[] {
  const text = textOf(file)
  const names = [
    ...[...text.matchAll(/\bwords\.(\w+)/g)].map(([, name]) => name as string),
    ...[...text.matchAll(/\{([^{}]*)\} = words$/gm)].flatMap(([, list]) =>
      (list as string).split(',').map(each => (each.split(':')[0] as string).trim())
    )
  ]
  return names.flatMap(name => partOf.get(name) ?? [])
}

const first = reached('main.tsx')
/** Functions that only those call who have the words loaded. */
const forOthers = (file: string) =>
  file.startsWith('words/') ||
  /^state\/(?:incidents|incident-acts|rules|silences|subscriptions|watches)\.ts$/.test(file)
const missing = (files: Iterable<string>, loaded: readonly string[]) =>
  [...files].flatMap(file =>
    partsRead(file)
      .filter(part => !loaded.includes(part) && !forOthers(file))
      .map(part => `${file}: ${part}`)
  )
const views = [
  ...textOf('view/lazy-view.tsx').matchAll(/import\('\.\/([^']+)'\)[^[]*\[([^\]]*)\]/g)
].map(([, file, list]) => [
  `view/${file}`,
  [...(list as string).matchAll(/'([^']+)'/g)].map(([, part]) => part as string)
])

describe('the words of', () => {
  it('the first page are there', () => {
    expect(missing(first, ['shell'])).toEqual([])
  })

  it.each([
    ['view/later-views.tsx', ['alert', 'map', 'silences']] as const,
    ...(views as [string, readonly string[]][])
  ])('%s come with it', (file, loaded) => {
    const own = [...reached(file)].filter(each => !first.has(each))
    expect(own.length).toBeGreaterThan(0)
    expect(missing(own, ['shell', ...loaded])).toEqual([])
  })

  it('all views are looked at', () => {
    expect(views.length).toBe(
      textOf('view/lazy-view.tsx').match(/async \(\) => \(await import/g)?.length
    )
  })
})
