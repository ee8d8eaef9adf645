// Whether a finding is unchanged does not depend on where it was folded from, nor on how often one
// record evaluates it.

import { expect, it } from 'vitest'
import { TheatreFold } from '../../src/theatre/theatre-fold.ts'
import { FoldStory, type ReportSketch, testDigest, throughText } from '../fold-story.ts'

it('an ended episode is the same object, folded again from a snapshot', () => {
  const rule = {
    ruleId: 'count',
    ruleVersion: 1,
    pattern: 'count',
    parameters: { windowDays: 5, threshold: 2 }
  }
  const story = new FoldStory({ start: '2020-01-01', rules: [rule] })
  const three = [
    { at: '2025-03-01', category: 'attack', settlement: 'Dioura' },
    { at: '2025-03-05', category: 'looting', settlement: 'Tenenkou' },
    { at: '2025-03-09', category: 'ambush', settlement: 'Boulkessi' }
  ] as const
  const long: ReportSketch = {
    id: 'long-ago',
    at: '2020-01-01',
    category: 'other',
    admin1: 'NE-2',
    country: 'NE'
  }
  const told = ['e0', 'e1'].flatMap(e =>
    three.map((r, i): ReportSketch => ({ ...r, id: `${e}-${i}`, admin1: 'ML-5' }))
  )
  // Reports of one later incident: each replaces the incident, so that the end of the track is
  // folded again.
  const last = ['wire-1', 'wire-2', 'wire-3'].map((source): ReportSketch => {
    const place = { admin1: 'NE-9', country: 'NE', lat: 20, lon: 12, settlement: `Post ${source}` }
    return { id: `last-${source}`, source, at: '2025-03-15', category: 'other', ...place }
  })
  for (const sketch of [long, ...told, told[0] as ReportSketch, ...last]) story.report(sketch)
  for (const minute of ['00', '01', '02', '03']) story.tick(`2025-03-15T00:${minute}:00.000Z`)
  expect(story.events.filter(e => e.type === 'alert.raised').length).toBeGreaterThan(1)
  let fold = new TheatreFold('sahel', testDigest)
  const outputs = story.records.map(record => {
    const output = fold.apply(record)
    fold = throughText(fold)
    return output
  })
  expect(outputs).toEqual(story.outputs)
})

it('a finding that came and went within one record is neither added nor removed', () => {
  const rule = { ruleId: 'absence', ruleVersion: 1, pattern: 'absence', parameters: {} }
  const story = new FoldStory({ start: '2025-04-30', rules: [rule], sources: ['wire-1'] })
  story.report({ id: 'a', at: '2025-03-01', category: 'access-restored' })
  story.report({ id: 'b', at: '2025-04-04', category: 'other' })
  expect(story.standing().map(s => s.window.to)).toEqual([null])
  // It ends the silence, and by its own end moves the watermark beyond that: the scope is evaluated
  // before and after.
  story.report({ id: 'c', at: '2025-04-08', to: '2025-04-20', category: 'access-restored' })
  for (const minute of ['01', '02', '03']) story.tick(`2025-04-30T00:${minute}:00.000Z`)
  expect(story.standing().map(s => s.window.to)).toEqual(['2025-04-08T00:00:00.000Z'])
})
