// The shape of a theatre's snapshot, as `snapshot-shape.txt` states it. A snapshot of an older
// version that has another shape under the same format would be restored into states that the
// patterns cannot read.

import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { PatternExample } from '../../src/detection/pattern.ts'
import { partnersMax } from '../../src/incident/crowds.ts'
import {
  compoundPatterns,
  defaultCompoundRules,
  defaultRules,
  patterns
} from '../../src/patterns/pattern-catalogue.ts'
import { snapshotFormat } from '../../src/theatre/theatre-capture.ts'
import { FoldStory } from '../fold-story.ts'

const file = new URL('./snapshot-shape.txt', import.meta.url)

/** A member that is named by an id or a place is one of many. */
const isName = (key: string) => /^[a-z][A-Za-z0-9]*$/.test(key)

/** The paths to all members of plain data, each with the kind of what lies there. */
function pathsIn(value: unknown, path: string, found: Set<string>): Set<string> {
  if (Array.isArray(value)) for (const each of value) pathsIn(each, `${path}[]`, found)
  else if (typeof value === 'object' && value !== null)
    for (const [key, each] of Object.entries(value))
      pathsIn(each, `${path}.${isName(key) ? key : '*'}`, found)
  else found.add(`${path} ${value === null ? 'null' : typeof value}`)
  return found
}

/** What a theatre keeps while an example of a pattern goes on, and after it. */
function pathsOf({ given, horizon }: Pick<PatternExample, 'given' | 'horizon'>): string[] {
  const rules = [
    ...defaultRules,
    ...defaultCompoundRules,
    ...[...patterns.keys()].map(id => ({
      ruleId: `own-${id}`,
      ruleVersion: 1,
      pattern: id,
      parameters: {}
    }))
  ]
  const story = new FoldStory({
    start: '2020-01-01',
    rules,
    sources: [...new Set(given.map(({ source }) => source ?? 'wire-1'))]
  })
  const found = new Set<string>()
  const look = () => {
    for (const [name, rows] of JSON.parse(JSON.stringify([...story.fold.capture()])) as [
      string,
      unknown
    ][])
      pathsIn(rows, name, found)
  }
  for (const [i, { actor, credibility, ...sketch }] of given.entries()) {
    story.report({
      source: 'wire-1',
      ...sketch,
      ...(actor === undefined ? {} : { actors: [actor] }),
      ...(credibility === undefined ? {} : { credibility: credibility as 2 }),
      id: `told-${i}`
    })
  }
  look()
  story.tick(horizon.slice(0, 10))
  look()
  return [...found]
}

/** More reports of one village and day than can be told apart. */
const crowd: Pick<PatternExample, 'given' | 'horizon'> = {
  given: Array.from({ length: partnersMax + 2 }, (_, i) => ({
    source: `wire-${i}`,
    at: '2025-01-01',
    category: 'attack' as const,
    settlement: 'Dioura',
    lat: 14.8,
    lon: -5.3
  })),
  horizon: '2025-01-03'
}

it('changes together with its format alone', async () => {
  const examples = [...patterns.values(), ...compoundPatterns.values()].flatMap(pattern => [
    ...pattern.examples
  ])
  const shape = [...new Set([...examples, crowd].flatMap(pathsOf))].sort()
  const text = `format ${snapshotFormat}\n${shape.join('\n')}\n`
  const stated = existsSync(file) ? readFileSync(file, 'utf8') : ''
  if (text !== stated)
    expect(
      `format ${snapshotFormat}`,
      'a snapshot has another shape: raise snapshotFormat, then run this test with -u'
    ).not.toBe(stated.split('\n')[0])
  await expect(text).toMatchFileSnapshot(file.pathname)
}, 60_000)
