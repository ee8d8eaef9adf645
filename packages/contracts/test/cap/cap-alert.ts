// Alerts for documents: one by hand, and any at random, with the texts that would break careless
// XML.

import { alertStatuses, certainties, notifies, urgencies } from '@tocsin/contracts/alert/alert'
import type { CapInput } from '@tocsin/contracts/cap/cap-document'
import { capMessageTypes } from '@tocsin/contracts/cap/cap-message'
import type { CapAlert } from '@tocsin/contracts/cap/cap-words'
import { handlings } from '@tocsin/contracts/theatre/handling'
import { severities } from '@tocsin/contracts/theatre/severity'
import fc from 'fast-check'

/** Of one to four bytes: plain, quoting, control, combining, bidirectional. */
const anyCharacter = fc.constantFrom(...'az0 -"\\<&\0\n\u0301éß漢\u202e\ufeff😀')

export const inLanguages: NonNullable<CapAlert['inLanguages']> = {
  fr: {
    headline: 'Siège de Diosso : 2 critères sur 3',
    explanation: 'Deux critères sur trois sont remplis depuis une semaine.',
    measure: 'critères remplis',
    levels: ['complet']
  }
}

export function aCapAlert(more: Partial<CapAlert> = {}): CapAlert {
  return {
    alertId: 'a1',
    revision: 2,
    theatre: 'sahel',
    status: 'provisional',
    notify: 'page',
    ruleId: 'siege',
    ruleVersion: 1,
    pattern: 'siege',
    group: { settlement: 'Diosso' },
    headline: 'Siege of Diosso: two of three criteria',
    explanation: 'Two of three criteria have held for a week.',
    severity: 'severe',
    urgency: 'immediate',
    certainty: 'likely',
    levels: [{ level: 2, at: '2026-02-20T00:00:00.000Z', reason: 'full' }],
    area: {
      country: ['ML'],
      admin1: ['ML-5'],
      circle: [13.88, -5.36, 5],
      settlement: 'ML-5/diosso'
    },
    window: { from: '2026-02-20T00:00:00.000Z', to: null },
    measure: {
      name: 'criteria held',
      value: 2,
      threshold: 2,
      baseline: null,
      falseAlarmsPerYear: null
    },
    fatalities: { low: 3, best: null, high: null },
    times: {
      occurredFrom: '2026-02-20T00:00:00.000Z',
      firstReportedAt: '2026-02-21T00:00:00.000Z',
      detectedAt: '2026-03-01T12:00:00.000Z'
    },
    handling: 'public',
    operator: {
      acknowledgedBy: null,
      acknowledgedUntil: null,
      assignedTo: null,
      disposition: null
    },
    drill: false,
    reason: null,
    evidenceCount: { triggers: 2, support: 1 },
    ...more
  }
}

export function aCapInput(more: Partial<CapInput> = {}): CapInput {
  return {
    identifier: 'f3a1c07b52de4490',
    sent: '2026-03-01T12:00:01.500Z',
    type: 'Update',
    isOfRecordAlone: false,
    alertId: 'a1',
    status: 'Actual',
    drill: false,
    handling: 'public',
    references: [
      {
        sender: 'tocsin@example.org',
        identifier: '0123456789abcdef',
        sent: '2026-03-01T12:00:00.000Z'
      }
    ],
    alert: aCapAlert(),
    ...more
  }
}

export const hostileTexts = [
  '<script>alert(1)</script>',
  ']]>',
  '<![CDATA[x]]>',
  '&lt;&amp;&#0;&#x1F;',
  '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>&y;',
  'nul \u0000 bell \u0007 escape \u001b del \u007f next line \u0085 line \u2028',
  'lone \ud800 and \udc00, pair \ud83d\ude00',
  'not a character \ufffe \uffff \ufdd0',
  'turned \u202egnp.exe\u202c and \u2066kept\u2069',
  '\r\n\r\t "quoted" \'so\'',
  '=cmd|calc',
  ''
]
const hostile = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: anyCharacter }),
  // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are wanted here
  fc.stringMatching(/^[\u0000-\u0020<>&\]\ud800-\udfff-]{1,40}$/)
)
const time = fc
  .date({ min: new Date('1900-01-01'), max: new Date('9998-01-01'), noInvalidDate: true })
  .map(date => date.toISOString())
const number = fc.double({ noNaN: true, noDefaultInfinity: true })
const deaths = fc.option(fc.nat(), { nil: null })

const hostileTextsInFrench = fc.record({
  fr: fc.record({
    headline: hostile,
    explanation: hostile,
    measure: hostile,
    levels: fc.array(hostile, { maxLength: 3 })
  })
})

/** Any alert, whether or not the rules would ever make it. */
export const anyAlert: fc.Arbitrary<CapAlert> = fc.record({
  alertId: fc.constant('a1'),
  revision: fc.integer({ min: 1 }),
  theatre: hostile,
  status: fc.constantFrom(...alertStatuses),
  notify: fc.constantFrom(...notifies),
  ruleId: hostile,
  ruleVersion: fc.integer({ min: 1 }),
  pattern: hostile,
  group: fc.dictionary(fc.constantFrom('settlement', 'actor'), hostile, { noNullPrototype: true }),
  headline: hostile,
  explanation: hostile,
  inLanguages: hostileTextsInFrench,
  severity: fc.constantFrom(...severities),
  urgency: fc.constantFrom(...urgencies),
  certainty: fc.constantFrom(...certainties),
  levels: fc.array(fc.record({ level: fc.integer({ min: 1 }), at: time, reason: hostile }), {
    maxLength: 3
  }),
  area: fc.record({
    country: fc.array(fc.constantFrom('ML', 'NE', 'XX'), { maxLength: 3 }),
    admin1: fc.array(fc.oneof(fc.constantFrom('ML-5', 'NE-3'), hostile), { maxLength: 3 }),
    circle: fc.option(
      fc.tuple(
        fc.double({ min: -90, max: 90, noNaN: true }),
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.double({ min: 0, max: 20_000, noNaN: true })
      ),
      { nil: null }
    ),
    settlement: fc.option(hostile, { nil: null })
  }),
  window: fc.record({ from: time, to: fc.option(time, { nil: null }) }),
  measure: fc.record({
    name: hostile,
    value: number,
    threshold: number,
    baseline: fc.option(number, { nil: null }),
    falseAlarmsPerYear: fc.option(number, { nil: null })
  }),
  fatalities: fc.record({ low: deaths, best: deaths, high: deaths }),
  times: fc.record({ occurredFrom: time, firstReportedAt: time, detectedAt: time }),
  handling: fc.constantFrom(...handlings),
  operator: fc.record({
    acknowledgedBy: fc.option(hostile, { nil: null }),
    acknowledgedUntil: fc.option(time, { nil: null }),
    assignedTo: fc.option(hostile, { nil: null }),
    disposition: fc.option(hostile, { nil: null })
  }),
  drill: fc.boolean(),
  reason: fc.option(hostile, { nil: null }),
  evidenceCount: fc.record({ triggers: fc.nat(), support: fc.nat() })
})

const identifier = fc.stringMatching(/^[0-9a-f]{32}$/)

export const anyInput: fc.Arbitrary<CapInput> = fc.record({
  identifier,
  sent: time,
  type: fc.constantFrom(...capMessageTypes),
  isOfRecordAlone: fc.boolean(),
  alertId: identifier,
  status: fc.constantFrom('Actual' as const, 'Test' as const),
  drill: fc.boolean(),
  handling: fc.constantFrom(...handlings),
  references: fc.array(
    fc.record({ sender: fc.constant('a@example.org'), identifier, sent: time }),
    { maxLength: 3 }
  ),
  alert: fc.option(anyAlert, { nil: null })
})
