// Statements of alerts: all members that the published schema of alerts asks for, in two languages.

import { alertFormat } from '@tocsin/contracts/alert/alert'
import { type AlertSum, untouchedOperator } from '@tocsin/contracts/record/alert-event-v3'
import { definitions } from '@tocsin/contracts/schema/definitions'
import { buildSchema } from '@tocsin/contracts/schema/published-schema'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { AreaSum, describeArea } from '../../src/render/area.ts'
import { sumFatalities } from '../../src/render/fatalities.ts'
import { FoldLookup } from '../../src/render/incident-facts.ts'
import type { IncidentFacts, Point, RenderLookup, RuleWords } from '../../src/render/lookup.ts'
import { headlineMax, maxEvidence, renderStatement } from '../../src/render/statement.ts'
import { AlertFold, firstDay, MadeFinding } from '../support/alert-fold.ts'

const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  validateFormats: false
})
ajv.addSchema(definitions)
const fitsSchema = ajv.compile(buildSchema(alertFormat))

const words: RuleWords = {
  parameters: { windowDays: 7 },
  texts: {
    en: {
      headline: 'Attacks in {area} surge: {value}[ in {windowDays} days]',
      why: '{value} {value:attack|attacks} to {peakDay}, {deaths} dead.',
      ends: '{windowDays} calm days',
      measure: 'attacks in {windowDays} days'
    },
    fr: {
      headline: 'Attaques en hausse à {area} : {value}[ en {windowDays} jours]',
      why: '{value} {value:attaque|attaques} jusqu’au {peakDay}, {deaths} morts.',
      ends: '{windowDays} jours calmes',
      measure: 'attaques en {windowDays} jours'
    }
  }
}
const findRule = () => words

function makeSum(change: Partial<AlertSum> = {}): AlertSum {
  return {
    ...{ alertId: 'a', theatre: 'sahel', fold: 'public', revision: 1, operatorRevision: 1, seq: 1 },
    ...{ notify: 'page', status: 'provisional', ruleId: 'surge', ruleVersion: 2, pattern: 'surge' },
    ...{ group: { admin1: 'ML-4' }, severity: 'moderate', certainty: 'likely', handling: 'public' },
    ...{
      drill: false,
      levels: ['2025-06-01'],
      from: '2025-06-01',
      to: null,
      value: 3,
      threshold: 3
    },
    ...{ baseline: 1, facts: { peakDay: '2025-06-01' }, triggers: [1, 2, 3] },
    ...{ references: [], operator: untouchedOperator, detectedAt: '2025-06-02T00:00:00.000Z' },
    ...{ reason: null, action: null },
    ...change
  } as AlertSum
}

const makeIncident = (number: number, change: Partial<IncidentFacts> = {}): IncidentFacts => ({
  ...{ incidentId: `i-${String(number).padStart(3, '0')}`, revision: 1, handling: 'public' },
  ...{ category: 'attack', firstReportedAt: '2025-06-01T12:00:00.000Z', placeName: 'Diosso' },
  ...{ from: '2025-06-01T00:00:00.000Z', to: '2025-06-01T23:59:59.999Z' },
  ...{ countries: ['ML'], admin1: ['ML-4'], points: [{ lat: 14, lon: -5, km: 2 }] },
  ...{ fatalities: { low: null, best: null, high: null }, isInCrowd: false, mayBe: [] },
  ...change
})

/** A lookup of incidents that differ as stated by their numbers. */
const makeLookup = (
  describe: (number: number) => Partial<IncidentFacts> = () => ({})
): RenderLookup => ({
  findRule,
  findIncident: number => makeIncident(number, describe(number))
})

const render = (sum: AlertSum, lookup = makeLookup(), language: 'en' | 'fr' = 'en') => {
  const statement = renderStatement(sum, { lookup, language })
  expect(fitsSchema(statement), JSON.stringify(fitsSchema.errors)).toBe(true)
  return statement
}

describe('a statement', () => {
  it('of a published alert has all that the alert says', () => {
    const fold = new AlertFold()
    const sketch = {
      fatalities: { low: 1, best: 2, high: 4 },
      place: { lat: 14.8, lon: -5.2, radiusKm: 1 }
    }
    const rows = [0, 1].map(day => fold.addReport(day, sketch))
    rows.push(fold.addReport(2, { ...sketch, at: ['2025-06-03', '2025-06-05'] }))
    const finding = new MadeFinding(rows, firstDay + 2)
    finding.facts = { peakDay: firstDay + 2 }
    fold.change(finding)
    const lookup = new FoldLookup(fold.incidents, findRule)
    const { evidence, ...statement } = render(fold.getSum(finding), lookup)
    expect(evidence).toEqual(
      ['r-1', 'r-2', 'r-3'].map(incidentId => {
        return { incidentId, revision: 1, role: 'trigger', handling: 'public' }
      })
    )
    expect(statement).toMatchObject({
      headline: 'Attacks in Ségou (Mali) surge: 3 in 7 days',
      explanation:
        '3 attacks to 3 Jun 2025, 3 to 12 dead. The alert rests on 3 incidents, from 1 Jun 2025 on. 1 incident is known only to lie between two days. End of the alert: 7 calm days.',
      ...{
        severity: 'moderate',
        urgency: 'expected',
        certainty: 'possible',
        status: 'provisional'
      },
      area: { country: ['ML'], admin1: ['ML-4'], circle: [14.8, -5.2, 1], settlement: null },
      window: { from: '2025-06-03T00:00:00.000Z', to: null },
      levels: [{ level: 1, at: '2025-06-03T00:00:00.000Z', reason: 'entry', incidentId: 'r-3' }],
      measure: { name: 'attacks in 7 days', value: 3, threshold: 3, baseline: null },
      fatalities: { low: 3, best: 6, high: 12 },
      times: {
        occurredFrom: '2025-06-01T00:00:00.000Z',
        firstReportedAt: '2025-06-02T00:00:00.000Z',
        detectedAt: '2025-06-01T00:00:00.001Z'
      },
      ...{ category: ['attack'], evidenceOmitted: 0, group: { admin1: 'ML-4' }, partOf: null }
    })
  })

  it('names each level by the words of its rule, and a date by its interval', () => {
    const lookup = makeLookup(() => ({ to: '2025-06-03T23:59:59.999Z' }))
    const levels = ['entry', 'hunger', 'for {windowDays} days']
    const findRule = (): RuleWords => ({
      ...words,
      texts: { ...words.texts, en: { ...words.texts.en, headline: 'At {place} {when}', levels } }
    })
    const sum = makeSum({
      levels: ['2025-06-01', '2025-06-02', '2025-06-03'],
      facts: { levelKinds: '1 0' }
    })
    const statement = renderStatement(sum, { lookup: { ...lookup, findRule }, language: 'en' })
    expect(statement.levels.map(({ reason }) => reason)).toEqual(['entry', 'for 7 days', 'hunger'])
    expect(statement.headline).toBe('At Diosso, Ségou (Mali) between 1 Jun 2025 and 3 Jun 2025')
  })

  it.each(['sinceDay', 'firstStepDay', 'lastDay', 'voiceDay'])(
    'begins with its situation, where that began before the entry: %s',
    name => {
      const since = { ...words.texts.en, headline: 'Siege since {from}' }
      const findRule = () => ({ ...words, texts: { ...words.texts, en: since } })
      const { headline, window, levels } = render(makeSum({ facts: { [name]: '2025-05-20' } }), {
        ...makeLookup(),
        findRule
      })
      expect(headline).toBe('Siege since 20 May 2025')
      expect(window.from).toBe('2025-05-20T00:00:00.000Z')
      expect(levels[0]?.at).toBe('2025-06-01T00:00:00.000Z')
    }
  )

  it('is in the language of its reader', () => {
    const lookup = makeLookup(n => ({
      to: n < 3 ? '2025-06-02T23:59:59.999Z' : '2025-06-01T23:59:59.999Z'
    }))
    const { headline, explanation, measure } = render(makeSum({ value: 1 }), lookup, 'fr')
    expect(headline).toBe('Attaques en hausse à Ségou (Mali) : 1 en 7 jours')
    expect(explanation).toBe(
      '1 attaque jusqu’au 1er juin 2025, un nombre inconnu morts. L’alerte repose sur 3 incidents, à partir du 1er juin 2025. 2 incidents ne sont connus qu’entre deux jours. Fin de l’alerte : 7 jours calmes.'
    )
    expect(measure.name).toBe('attaques en 7 jours')
  })

  it('counts no dead twice of incidents that may be one', () => {
    const lookup = makeLookup(n => ({
      fatalities: { low: 10, best: 10 + n, high: 20 },
      mayBe: n === 3 ? ['i-001', 'i-009'] : []
    }))
    const { fatalities, explanation } = render(makeSum(), lookup)
    expect(fatalities).toEqual({ low: 20, best: 25, high: 60 })
    expect(explanation).toContain('1 of them may be another of them')
  })

  it('warns in its headline of a drill, of a retraction and of a crowd', () => {
    const headline = 'Attacks in Ségou (Mali) surge: 3 in 7 days'
    expect(render(makeSum({ drill: true })).headline).toBe(`EXERCISE: ${headline}`)
    expect(render(makeSum({ status: 'retracted' })).headline).toBe(`Retracted: ${headline}`)
    const crowd = render(
      makeSum(),
      makeLookup(n => ({ isInCrowd: n === 1 }))
    )
    expect(crowd.headline).toBe(`COUNT UNCERTAIN: ${headline}`)
    expect(crowd.explanation).toContain('1 of them is out of a crowd')
    const group = { settlement: 'Drill Hill' }
    expect(render(makeSum({ group })).headline).toBe(
      'NOT A DRILL: Attacks in Drill Hill surge: 3 in 7 days'
    )
  })

  it('has the headline of the rule pack, with its public names', () => {
    const headline =
      '{title}: {group.admin1} {group.settlement} {level} {measure.value}/{ measure.threshold } {measure.baseline} {measure.name} since {from}; {headline}'
    const lookup = { ...makeLookup(), findRule: () => ({ ...words, headline, title: 'Our surge' }) }
    const { headline: cut, explanation } = render(makeSum({ baseline: null }), lookup)
    expect(cut).toBe('Our surge: Ségou (Mali) – 1 3/3 – attacks in 7 days since…')
    expect(explanation).toContain(
      'Our surge: Ségou (Mali) – 1 3/3 – attacks in 7 days since 1 Jun 2025; Attacks in Ségou (Mali) surge: 3 in 7 days.'
    )
  })

  it.each([
    ['en', 'Llanfair', 'Attacks in Llanfair surge: 3 in 7 days'],
    [
      'en',
      'San Juan de los Morros (Tamana)',
      'Attacks in San Juan de los Morros (Tamana) surge: 3'
    ],
    [
      'en',
      'San Juan de los Morros del Norte y del Sur (Tamana)',
      'Attacks in San Juan de los Morros del Norte y del Sur…'
    ],
    [
      'fr',
      'Saint-Laurent-du-Maroni et environs',
      'Attaques en hausse à Saint-Laurent-du-Maroni et environs : 3'
    ]
  ] as const)('has a headline of 60 characters at most: %s, %s', (language, settlement, fitted) => {
    const isWhole = fitted.includes('7 ')
    const statement = renderStatement(makeSum({ group: { settlement } }), {
      lookup: makeLookup(),
      language
    })
    expect(statement.headline).toBe(fitted)
    expect(statement.headline.length).toBeLessThanOrEqual(headlineMax)
    expect(statement.explanation.includes(settlement)).toBe(!isWhole)
  })

  it('shows no characters that hide or turn text', () => {
    const group = { settlement: 'A\u202eB\u0007' }
    expect(render(makeSum({ group })).headline).toBe('Attacks in AB  surge: 3 in 7 days')
  })

  it('names the incidents that reached the levels, then the newest, in order of time', () => {
    const day = (number: number) => `2025-06-${String(number).padStart(2, '0')}`
    const lookup = makeLookup(n => ({
      from: `${day(n)}T00:00:00.000Z`,
      to: `${day(n)}T23:59:59.999Z`
    }))
    const triggers = Array.from({ length: 28 }, (_, i) => i + 1)
    const levels = [day(2), day(5)]
    const { evidence, evidenceOmitted } = render(makeSum({ triggers, levels }), lookup)
    expect(evidence).toHaveLength(maxEvidence)
    expect(evidence.map(({ incidentId }) => Number(incidentId.slice(2)))).toEqual([
      ...[2, 5],
      ...triggers.slice(-18)
    ])
    expect(evidenceOmitted).toBe(8)
  })

  it('gives a level that time alone reached its age', () => {
    const { levels } = render(makeSum({ levels: ['2025-06-01', '2025-07-01'] }))
    expect(levels[1]).toEqual({ level: 2, at: '2025-07-01T00:00:00.000Z', reason: '30 days' })
  })

  it('names the place that its group names, not that of its first incident', () => {
    expect(render(makeSum({ group: { near: 'Konna' } })).headline).toContain('in Konna')
    const lookup = makeLookup(() => ({ placeName: null }))
    const headlineOf = (near: string) => render(makeSum({ group: { near } }), lookup).headline
    expect(headlineOf('30 km NE of Bougouni')).toContain('in 30 km NE of Bougouni')
    expect(headlineOf('near Diosso (3 km)')).toContain('in near Diosso (3 km)')
    expect(headlineOf('14.00, -5.00')).toContain('in Ségou (Mali)')
  })

  it('is whole where incidents or the rule are unknown', () => {
    const lookup = { findIncident: () => null, findRule: () => null }
    expect(render(makeSum({ group: {}, to: '2025-06-08' }), lookup)).toMatchObject({
      headline: 'Surge: an unknown place',
      evidence: [],
      evidenceOmitted: 3,
      area: { country: [], admin1: [], circle: null },
      window: { to: '2025-06-08T23:59:59.999Z' },
      times: { occurredFrom: '2025-06-01T00:00:00.000Z' }
    })
  })
})

describe('fatalities', () => {
  const sum = (...tolls: readonly IncidentFacts['fatalities'][]) =>
    sumFatalities(tolls.map((fatalities, i) => makeIncident(i, { fatalities })))

  it('that are unknown are not zero', () => {
    const known = { low: 2, best: 3, high: 5 }
    expect(sum(known, known)).toEqual({ low: 4, best: 6, high: 10 })
    expect(sum(known, { low: null, best: null, high: 7 })).toEqual({ low: 2, best: null, high: 12 })
    expect(sum({ low: null, best: null, high: null })).toEqual({
      low: null,
      best: null,
      high: null
    })
  })
})

describe('a circle', () => {
  const circleOf = (points: readonly Point[]) =>
    describeArea({}, [makeIncident(1, { points })]).circle

  it('covers all points with their precision', () => {
    expect(circleOf([])).toBeNull()
    expect(circleOf([{ lat: 14, lon: -5, km: 3 }])).toEqual([14, -5, 3])
    expect(
      circleOf([
        { lat: 0, lon: 0, km: 0 },
        { lat: 0, lon: 2, km: 10 }
      ])
    ).toEqual([0, 1, 121.2])
  })

  it('is the same when its incidents are added one by one, and described after each', () => {
    const lons = [10, 12, 11, 170, 12, -170, 11, 10]
    const incidents = lons.map((lon, n) =>
      makeIncident(n, { points: [{ lat: n % 3, lon, km: n }] })
    )
    const sum = new AreaSum()
    const added = incidents.map(incident => {
      sum.add(incident)
      return sum.describe({})
    })
    expect(added).toEqual(lons.map((_, n) => describeArea({}, incidents.slice(0, n + 1))))
  })

  it('goes across the date line', () => {
    expect(
      circleOf([
        { lat: 0, lon: 179, km: 0 },
        { lat: 0, lon: -177, km: 0 }
      ])
    ).toEqual([0, -179, 222.4])
  })

  it('is none for a theatre that is wider', () => {
    const lookup = makeLookup(n => ({ points: [{ lat: 0, lon: n * 30, km: 1 }] }))
    expect(render(makeSum({ group: { theatre: 'all' } }), lookup).area.circle).toBeNull()
    expect(render(makeSum({ group: {} }), lookup).area.circle).not.toBeNull()
  })
})
