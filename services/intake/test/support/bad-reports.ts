// Reports that are refused, each with the field that the answer names, as text to be posted.
// Intake's tests and those of the whole suite use them: each must be answered with a problem of
// this status and pointer, and write nothing.

import {
  leastReport,
  badReports as shapeless
} from '../../../../packages/contracts/test/golden/reports.ts'

export interface BadReport {
  readonly name: string
  /** The body to post, JSON as a client would write it. */
  readonly body: string
  /** 422 where the report is wrong, 400 where the JSON itself is refused. */
  readonly status: 400 | 422
  readonly code: 'body-malformed' | 'body-invalid'
  /** One of `errors[].pointer` of the problem. */
  readonly pointer: string
}

const wrong = (name: string, value: unknown, pointer: string): BadReport => ({
  name,
  body: JSON.stringify(value),
  status: 422,
  code: 'body-invalid',
  pointer
})
const unreadable = (name: string, body: string, pointer: string): BadReport => ({
  name,
  body,
  status: 400,
  code: 'body-malformed',
  pointer
})

/** Values that JSON cannot express, or that strict JSON refuses before the contract is checked. */
const notForJson = new Set([
  'a prototype',
  'coordinates without end',
  'a name with half a character'
])
const least = JSON.stringify(leastReport).slice(1)

export const badReports: readonly BadReport[] = [
  ...shapeless
    .filter(bad => !notForJson.has(bad.name))
    .map(({ name, value, pointer }) => wrong(name, value, pointer)),
  wrong(
    'something that has not happened yet',
    { ...leastReport, occurred: { from: '2999-01-01', to: '2999-01-01' } },
    '/occurred/from'
  ),
  wrong(
    'something that is not over yet',
    { ...leastReport, occurred: { from: '2025-06-01', to: '2999-01-01' } },
    '/occurred/to'
  ),
  wrong(
    'something reported in times to come',
    { ...leastReport, reportedAt: '2999-01-01T00:00:00Z' },
    '/reportedAt'
  ),
  wrong(
    'coordinates swapped within range',
    { ...leastReport, location: { country: 'ML', lat: -5.2547, lon: 14.8252 } },
    '/location/lat'
  ),
  wrong(
    'an area code that does not exist',
    { ...leastReport, location: { country: 'ML', admin1: 'ML-99', lat: 14, lon: -5 } },
    '/location/admin1'
  ),
  wrong(
    'an area name that does not exist',
    { ...leastReport, location: { name: 'X', country: 'ML', admin1: 'Atlantis' } },
    '/location/admin1'
  ),
  wrong(
    'an area name of another country',
    { ...leastReport, location: { name: 'Thaton', country: 'MM', admin1: 'Ségou' } },
    '/location/admin1'
  ),
  wrong(
    'a further place in an area that does not exist',
    { ...leastReport, alsoAt: [{ name: 'X', country: 'BF', admin1: 'BF-77' }] },
    '/alsoAt/0/admin1'
  ),
  unreadable('a prototype', `{"__proto__":{"admin":true},${least}`, '/__proto__'),
  unreadable('a field given twice', `{"category":"attack",${least}`, '/category'),
  unreadable('a number without end', `{"credibility":1e999,${least}`, '/credibility'),
  unreadable('half a character', `{"externalId":"\\ud800",${least}`, '/externalId')
]
