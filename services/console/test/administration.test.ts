// What is sent of a theatre and of a source.

import { expect, it } from 'vitest'
import type { Source, Theatre } from '../src/shown/answers.ts'
import {
  bodyOfSource,
  bodyOfTheatre,
  draftOfSource,
  draftOfTheatre
} from '../src/upkeep/administration.ts'

it('a theatre is sent as it is, or as it was typed: by countries or by a polygon', () => {
  const sahel = { id: 'sahel', countries: ['ML'], polygon: null, clock: 'replay' } as const
  const draft = draftOfTheatre({ ...sahel, retentionDays: 820 } as unknown as Theatre)
  expect(bodyOfTheatre(draft)).toEqual({ countries: ['ML'], clock: 'replay', retentionDays: 820 })
  const coast = { ...draftOfTheatre(null), polygon: '[[[0, 1]]]', retentionDays: 'long' }
  expect(bodyOfTheatre(coast)).toEqual({
    ...{ polygon: [[[0, 1]]], clock: 'wall', retentionDays: 'long' }
  })
  expect(bodyOfTheatre({ ...coast, countries: ' ml,, bf ', polygon: '[' })).toMatchObject({
    ...{ countries: ['ML', 'BF'], polygon: '[' }
  })
})

it('a source is sent as it is: what is empty is usual, and everyone reports as it', () => {
  const seen = { id: 'wire', reliability: 'B', cadenceDays: 1, reporters: ['key_1'] } as Source
  const usual = { ...{ archive: false, cadenceDays: 1, reliability: 'B' } }
  expect(bodyOfSource(draftOfSource(seen))).toEqual({ ...usual, reporters: ['key_1'] })
  expect(bodyOfSource({ ...draftOfSource(seen), reporters: ' ' })).toMatchObject({
    reporters: null
  })
})
