// What is sent of a theatre and of a source.

import { expect, it } from 'vitest'
import type { Source, Theatre } from '../src/shown/answers.ts'
import {
  makeDeclaredBody,
  makeSourceDraft,
  makeTheatreDraft,
  type SourceDraft,
  sourceFields,
  type TheatreDraft,
  theatreFields
} from '../src/upkeep/administration.ts'

const bodyOfTheatre = (draft: TheatreDraft) => makeDeclaredBody(draft, theatreFields)
const bodyOfSource = (draft: SourceDraft) => makeDeclaredBody(draft, sourceFields)

it('a theatre is sent as it is, or as it was typed: by countries or by a polygon', () => {
  const sahel = { id: 'sahel', countries: ['ML'], polygon: null, clock: 'replay' } as const
  const draft = makeTheatreDraft({ ...sahel, version: 7, retentionDays: 820 } as unknown as Theatre)
  // Its clock stays.
  expect(bodyOfTheatre(draft)).toEqual({ countries: ['ML'], retentionDays: 820 })
  expect(draft.version).toBe(7)
  const coast = { ...makeTheatreDraft(null), polygon: '[[[0, 1]]]', retentionDays: 'long' }
  expect(bodyOfTheatre(coast)).toEqual({
    ...{ polygon: [[[0, 1]]], clock: 'wall', retentionDays: 'long' }
  })
})

it('a source is sent as it is: what is empty is usual, and everyone reports as it', () => {
  const seen = { id: 'wire', reliability: 'B', cadenceDays: 1, reporters: ['key_1'] } as Source
  const usual = { ...{ archive: false, cadenceDays: 1, reliability: 'B' } }
  expect(bodyOfSource(makeSourceDraft(seen))).toEqual({ ...usual, reporters: ['key_1'] })
  expect(bodyOfSource({ ...makeSourceDraft(seen), reporters: ' ' })).toMatchObject({
    reporters: null
  })
})
