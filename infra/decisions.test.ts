// Decisions can be found and weighed: each says when, whether it holds, and what else there was; the list of them has all, and
// names the holes.

import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const folder = new URL('decisions/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8')
const pages = readdirSync(folder)
  .filter(name => name !== 'README.md')
  .sort()
const list = read('README.md')

it.each(pages)('%s has a date, a status, and what was weighed', name => {
  const text = read(name)
  expect(text.split('\n')[0]).toMatch(new RegExp(`^# ${name.slice(0, 4)} \\S`))
  expect(text).toMatch(/^\*\*Date(?::\*\*|\*\*) \d{4}-\d\d-\d\d\b.* · \*\*Status/m)
  expect(text).toMatch(/^ *(?:\*\*|## )Weighed/m)
  expect(text).toMatch(/would change our mind/i)
})

it('are all in the list, under their titles', () => {
  const missing = pages.filter(name => {
    const title = (read(name).split('\n')[0] as string).slice('# 0000 '.length)
    return !new RegExp(
      `^\\| \\[${name.slice(0, 4)}\\]\\(${name}\\) +\\| ${title.replace(/[.*+?^$()[\]{}|\\]/g, '\\$&')} +\\|`,
      'm'
    ).test(list)
  })
  expect(missing).toEqual([])
})

it('have no number twice, and none is left out without a word', () => {
  const numbers = pages.map(name => Number(name.slice(0, 4)))
  expect(new Set(numbers).size).toBe(numbers.length)
  const last = Math.max(...numbers)
  const holes = Array.from({ length: last }, (_, i) => i + 1).filter(n => !numbers.includes(n))
  const told = list.slice(list.indexOf('No page with the numbers'))
  expect(holes.filter(n => !told.includes(String(n).padStart(4, '0')))).toEqual([])
})
