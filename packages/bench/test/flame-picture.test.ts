// Flame pictures of made-up profiles.

import { flamePicture } from '@tocsin/bench/measure/flame-picture'
import { expect, it } from 'vitest'

const frame = (functionName: string, url: string) => ({
  functionName,
  url,
  scriptId: '1',
  lineNumber: 0,
  columnNumber: 0
})
const fold = 'file:///x/packages/domain/src'
const nodes = [
  { id: 1, callFrame: frame('(root)', ''), children: [2, 5] },
  { id: 2, callFrame: frame('take', `${fold}/theatre/owner.ts`), children: [3, 4] },
  { id: 3, callFrame: frame('apply', `${fold}/alert/a<b.ts`), children: [6] },
  { id: 4, callFrame: frame('rare', `${fold}/alert/book.ts`) },
  { id: 5, callFrame: frame('take', `${fold}/other.ts`) },
  { id: 6, callFrame: frame('apply', `${fold}/alert/a<b.ts`) }
]
const samples = [...Array(600).fill(3), ...Array(399).fill(6), 4, ...Array(500).fill(5)]
const profile = { nodes, samples, startTime: 0, endTime: 1 }

it('has a bar for what is under the function, as wide as its share, and none that is too narrow to see', () => {
  const svg = flamePicture(profile, { title: 'a & b', under: 'take owner.ts' })
  expect(svg).toContain('<title>take owner.ts: 100.0 %</title>')
  // Its own calls of itself are in it.
  expect(svg).toContain('<title>apply a&lt;b.ts: 99.9 %</title>')
  // And the title of the whole.
  expect(svg.match(/<title>/g)).toHaveLength(3)
  expect(svg).toContain('a &amp; b')
})

it('is refused for a function in which no time was spent', () => {
  expect(() => flamePicture(profile, { title: '', under: 'rest owner.ts' })).toThrow(
    'nothing was measured under rest owner.ts'
  )
})
