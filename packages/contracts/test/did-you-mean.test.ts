import { describe, expect, it } from 'vitest'
import { findCountry, findMeant } from '../src/report/did-you-mean.ts'
import { parseReportInput } from '../src/report/report-validation.ts'

const report = {
  source: { id: 'wire' },
  occurred: { from: '2026-11-20', to: '2026-11-20' },
  category: 'attack',
  location: { lat: 14.4, lon: -4.2, country: 'ML' }
}

function refuse(body: unknown): string | undefined {
  const parsed = parseReportInput(body)
  return parsed.ok ? undefined : parsed.errors[0]?.detail
}

describe('a refusal names the word that was meant', () => {
  it.each([
    ['a category', { category: 'airstrike' }, /did you mean air-strike\? One of: attack, /],
    ['a category of another type', { category: 5 }, /; one of: attack, /],
    ['a tactic', { tactics: ['roadblock'] }, /did you mean road-block\? One of: base-overrun, /],
    [
      'a handling, whose words it names anyway',
      { handling: 'Partner' },
      /did you mean partners\?$/
    ],
    ['a country by its name', { location: { ...report.location, country: 'Mali' } }, /mean ML\?$/],
    [
      'a country in an unknown code',
      { location: { ...report.location, country: 'ZZ' } },
      /3166-1$/
    ],
    ['a source by an address', { source: { id: 'ops@example.org' } }, /mean ops-example.org\?$/],
    ['a field', { reportedat: '2026-11-20' }, /did you mean reportedAt\?$/]
  ])('%s', (_, wrong, words) => {
    expect(refuse({ ...report, ...wrong })).toMatch(words)
  })

  it('a list of reports', () => {
    expect(refuse([report])).toMatch(/one report, or lines of NDJSON as application\/x-ndjson$/)
  })
})

it('suggests only what is near, and nothing where two are as near', () => {
  const words = ['attack', 'shelling']
  expect(findMeant('Attak', words)).toBe('attack')
  expect(findMeant('earthquake', words)).toBeNull()
  expect(findMeant('lan', ['land', 'lane'])).toBeNull()
  expect(
    ['ml', 'MLI', 'UK', 'the gambia', 'Cote d’Ivoire', 'Grmany', 'Atlantis'].map(findCountry)
  ).toEqual(['ML', 'ML', 'GB', 'GM', 'CI', 'DE', null])
})
