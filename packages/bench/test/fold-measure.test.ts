import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { ticked } from '@tocsin/testing/report/record-builder'
import { expect, it } from 'vitest'
import { figuresOf, foldRecords, ownerWith } from '../src/rules/fold-measure.ts'
import { allRules } from '../src/rules/rules-cases.ts'
import { rulesLoad, theatre } from '../src/rules/rules-load.ts'

const endless = { seconds: Number.POSITIVE_INFINITY, days: Number.POSITIVE_INFINITY }

function* records(count: number): Generator<TheatreRecord> {
  const load = rulesLoad({ reportsPerDay: 20, latePer100: 20, seed: 1 })
  for (let i = 0; i < count; i++) yield load.next().value as TheatreRecord
}

it('measures the same records one by one and together', () => {
  const owners = { oneByOne: ownerWith(allRules), together: ownerWith(allRules) }
  const folded = foldRecords(owners, records(700), endless)
  expect(folded.foldsMs).toHaveLength(700)
  expect(folded.events).toBeGreaterThan(100)
  expect(owners.together.previousHash).toBe(owners.oneByOne.previousHash)
  expect(figuresOf(folded).togetherPerSecond).toBeGreaterThan(0)
})

it('tells no throughput of what was not folded together', () => {
  const folded = foldRecords(
    { oneByOne: ownerWith(allRules), together: null },
    records(100),
    endless
  )
  expect(figuresOf(folded).togetherPerSecond).toBeNull()
})

it('fails if records that were folded together have other events', () => {
  const owners = { oneByOne: ownerWith(allRules), together: ownerWith(allRules) }
  owners.together.take(ticked('2030-01-01T00:00:00.000Z', { theatre }))
  expect(() => foldRecords(owners, records(700), endless)).toThrow('other events')
})
