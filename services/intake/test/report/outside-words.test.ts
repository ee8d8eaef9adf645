import { makePlace } from '@tocsin/testing/report/report-builder'
import { expect, it } from 'vitest'
import { describeOutside } from '../../src/report/report-answer.ts'

it('says of a report in no theatre what decides: a theatre, or the country of disputed land', () => {
  const at = { lat: 42.66, lon: 21.17 }
  expect(describeOutside(makePlace({ ...at, country: 'NE' }))).toBe(
    'The report lies in no theatre: it is stored, and no rules see it until a theatre that holds its place is declared and the report is sent again.'
  )
  expect(describeOutside(makePlace({ ...at, claimants: ['RS', 'XK'] }))).toMatch(
    /no rules see it\. .* Serbia \(RS\) and Kosovo \(XK\) claim it, .* State `country` to decide\.$/
  )
})
