// A subscription that asks for less is sent less: in the same form, and nothing of what is
// withheld.

import {
  type Withholdable,
  withholdable
} from '@tocsin/contracts/subscription/subscription-settings'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alertInView, type VisibleEvent } from '../../src/alerts/reader-view.ts'
import { withoutParts } from '../../src/alerts/withheld-parts.ts'
import { anAlert } from '../support/alert-builder.ts'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

/** An alert in which each part that can be withheld has marks of its own. */
const marked = anAlert({
  group: { settlement: 'MARK-WORDS-group', settlementId: 'MARK-WORDS-id' },
  headline: 'MARK-WORDS headline in MARK-PLACE',
  explanation: 'MARK-WORDS explanation with MARK-PLACE',
  inLanguages: {
    fr: {
      headline: 'MARK-WORDS titre de MARK-PLACE',
      explanation: 'MARK-WORDS explication avec MARK-PLACE',
      measure: 'MARK-WORDS mesure',
      levels: ['MARK-WORDS niveau']
    }
  },
  levels: [
    {
      level: 1,
      at: '2026-02-20T00:00:00.000Z',
      reason: 'MARK-WORDS level',
      incidentId: 'MARK-EVIDENCE-1'
    }
  ],
  measure: {
    name: 'MARK-WORDS measure',
    value: 2,
    threshold: 2,
    baseline: null,
    falseAlarmsPerYear: null
  },
  area: {
    country: ['ML'],
    admin1: ['ML-4', 'ML-3'],
    circle: [13.88777, -5.36, 5],
    settlement: 'MARK-PLACE-settlement'
  },
  evidence: [{ incidentId: 'MARK-EVIDENCE-1', revision: 1, role: 'trigger', handling: 'public' }],
  action: {
    kind: 'comment',
    by: 'officer',
    at: '2026-02-20T00:00:00.000Z',
    text: 'MARK-WORDS note'
  } as never
})

const eventOf = (alert = marked): VisibleEvent => ({
  specversion: '1.0',
  id: 'e1',
  source: 'tocsin',
  type: 'tocsin.alert.raised.v1',
  time: '2026-03-01T12:00:00.000Z',
  datacontenttype: 'application/json',
  subject: 'a1',
  cause: null,
  engine: '1',
  theatre: 'sahel',
  data: alertInView({ level: 'restricted', theatres: ['sahel'] }, alert)
})

const marksOf: Record<Withholdable, readonly string[]> = {
  words: ['MARK-WORDS'],
  // Words name places, so they go with them.
  place: ['MARK-PLACE', 'MARK-WORDS', '13.88777'],
  evidence: ['MARK-EVIDENCE']
}

describe('an event without the parts that are withheld', () => {
  it('has none of their marks and all others, whatever is withheld, and the same members', () => {
    fc.assert(
      fc.property(fc.subarray([...withholdable]), parts => {
        const sent = withoutParts(eventOf(), parts)
        const text = JSON.stringify(sent)
        const gone = new Set(parts.flatMap(part => marksOf[part]))
        for (const mark of gone) expect([mark, text.includes(mark)]).toEqual([mark, false])
        for (const mark of Object.values(marksOf).flat()) {
          // Where words go, what they say of a place goes; the place itself has marks of its own.
          if (!gone.has(mark)) expect([mark, text.includes(mark)]).toEqual([mark, true])
        }
        expect(Object.keys(sent.data)).toEqual(Object.keys(eventOf().data))
        expect(sent.data).toMatchObject({
          alertId: 'a1',
          revision: 1,
          severity: 'moderate',
          evidenceCount: { triggers: 1 }
        })
      })
    )
  })

  it.each([
    [
      { country: ['ML'], admin1: ['ML-4'], circle: null, settlement: null },
      false,
      'Alert in Ségou (Mali), details withheld'
    ],
    [
      { country: ['ML', 'BF'], admin1: ['ML-4', 'BF-10'], circle: null, settlement: null },
      false,
      'Alert in Ségou (Mali) and 1 more, details withheld'
    ],
    [
      { country: ['ML'], admin1: [], circle: null, settlement: null },
      true,
      'EXERCISE: Alert in Mali, details withheld'
    ],
    [{ country: [], admin1: [], circle: null, settlement: null }, false, 'Alert, details withheld']
  ] as const)(
    'says where in first-level areas, and a drill that it is one',
    (area, drill, headline) => {
      const alert = anAlert({
        area: { ...area, country: [...area.country], admin1: [...area.admin1] },
        drill
      })
      expect(withoutParts(eventOf(alert), ['words']).data).toMatchObject({ headline, drill })
    }
  )

  it('says the same in French, and nothing more', () => {
    const { data } = withoutParts(eventOf({ ...marked, drill: true }), ['words'])
    expect(data).toMatchObject({
      inLanguages: {
        fr: {
          headline: 'EXERCICE : Alerte : Ségou (Mali) et 1 de plus, détails non communiqués',
          explanation: 'Cet abonnement ne reçoit pas de détails.',
          measure: '',
          levels: ['']
        }
      }
    })
  })
})

describe('a subscription with `withhold`', () => {
  const settings = {
    url: 'https://partner.example/hook',
    order: 'strict',
    filter: { minSeverity: 'minor' }
  }
  type Sent = VisibleEvent & { readonly subscriptionid: string }
  const bodies = (suite: Suite, id: string): readonly Sent[] =>
    (suite.h.network.events as unknown as readonly Sent[]).filter(
      ({ subscriptionid }) => subscriptionid === id
    )

  it('gets less, also of what another gets whole, and changes it for what comes next', async () => {
    const suite = await Suite.start()
    const whole = (await suite.ask('POST', '/v1/subscriptions', { body: settings })).body
    const less = (
      await suite.ask('POST', '/v1/subscriptions', {
        body: { ...settings, withhold: ['place', 'evidence'] }
      })
    ).body
    expect(less.withhold).toEqual(['place', 'evidence'])
    await suite.h.alerts.write('raised', 'a1')
    await settle(40)
    const [full, spared] = [bodies(suite, whole.id)[0], bodies(suite, less.id)[0]]
    expect(full?.data).toMatchObject({
      headline: 'Siege of Diosso (a1)',
      area: { settlement: 'ML-4/diosso' }
    })
    expect(JSON.stringify(spared)).not.toMatch(/diosso/i)
    expect(spared?.data).toMatchObject({
      evidence: [],
      area: { admin1: ['ML-4'], circle: null, settlement: null }
    })

    await suite.ask('PATCH', `/v1/subscriptions/${less.id}`, { body: { withhold: [] } })
    await suite.h.alerts.write('revised', 'a1')
    await settle(40)
    expect(bodies(suite, less.id).at(-1)?.data).toMatchObject({ headline: 'Siege of Diosso (a1)' })
  })

  it.each([[['places']], [['words', 'words']], ['words']])(
    'refuses %j and says what may stand there',
    async withhold => {
      const suite = await Suite.start()
      const refused = await suite.ask('POST', '/v1/subscriptions', {
        body: { ...settings, withhold }
      })
      expect(refused.status).toBe(422)
      expect(JSON.stringify(refused.body)).toContain('withhold')
    }
  )
})
