// What was done about alerts, by whom, until when, and how often they were false alarms.

import '../support/a-page.ts'
import '../state/a-suite.ts'
import { describe, expect, it } from 'vitest'
import { changesBetween, changeWords } from '../../src/change/alert-changes.ts'
import { readDeeds } from '../../src/change/why.ts'
import { isUnknownName, knownPeople } from '../../src/live/known-people.ts'
import { isUntilSaid, noClock, untilTime } from '../../src/live/until-time.ts'
import type { RuleDispositions, Watch } from '../../src/shown/answers.ts'
import type { ShownAlert, ShownResponse, ShownRevision } from '../../src/shown/shown-alert.ts'
import {
  beginCorrection,
  blankDraft,
  changeDraft,
  clearDraft,
  describeRefusal,
  isReady,
  makeBody,
  makeDraft,
  settleDraft,
  typedFor
} from '../../src/state/acts.ts'
import { isBulkReady } from '../../src/state/bulk-acts.ts'
import {
  afterRaisedWords,
  answeredWords,
  doneWords,
  eventWords,
  responseKindWords
} from '../../src/words/alert-words.ts'
import { judgedAndExpectedWords, judgedWords } from '../../src/words/policy-words.ts'
import { words } from '../../src/words/words.ts'
import { anAlert } from '../support/an-alert.ts'

const at = (minute: number) => `2026-03-01T12:${String(minute).padStart(2, '0')}:00.000Z`
const doneAt = '2026-03-01T12:10'
const done = (kind: ShownResponse['kind'], minute: number, recorded = minute): ShownResponse => ({
  kind,
  at: at(minute),
  recordedAt: at(recorded)
})
/** As the suite tells it: the state has what was done, the event who and in which words. */
const event = (
  name: string,
  minute: number,
  operator: Partial<ShownAlert['operator']>,
  by: string | null = 'Ama',
  text = `${by} wrote this`
): ShownRevision => {
  const data = anAlert({ operator, action: by === null ? null : { by, text } })
  return { id: at(minute), type: `tocsin.alert.${name}.v1`, time: at(minute), data }
}
const responded = (last: ShownResponse, count: number, first = last, by?: string | null) =>
  event(
    'responded',
    Number(last.recordedAt.slice(14, 16)),
    { responses: { count, first, last } },
    by
  )
const deeds = (
  ...[revisions, responses, raisedAt = at(0)]: Partial<Parameters<typeof readDeeds>>
) => {
  const told = readDeeds(revisions ?? [], responses, raisedAt)
  return [told.deeds.map(({ kind, by, text }) => [kind, by, text]), told.omitted]
}
const { operator } = anAlert()

describe('what was done about an alert', () => {
  it('is listed in the order of the deeds, with who recorded it and how long after the raising', () => {
    const [sent, warned] = [done('sent', 30, 31), done('warned', 10, 40)]
    const revisions = [responded(sent, 1), responded(warned, 2, sent, null)]
    const told = readDeeds(revisions, revisions[1]?.data.operator.responses, at(5))
    expect(told.deeds.map(({ kind, by, afterMs }) => [kind, by, afterMs / 60_000])).toEqual([
      ['warned', null, 5],
      ['sent', 'Ama', 25]
    ])
    expect(told.omitted).toBe(0)
    expect(readDeeds([], undefined, at(0))).toEqual({ deeds: [], omitted: 0 })
  })

  it('of an alert that became part of this one has no name here, and what is not told of is counted', () => {
    const [first, own, last] = [done('moved', 1), done('sent', 20), done('warned', 40)]
    expect(deeds([responded(own, 1)], { count: 5, first, last })).toEqual([
      [
        ['moved', null, null],
        ['sent', 'Ama', 'Ama wrote this'],
        ['warned', null, null]
      ],
      2
    ])
  })

  it('is told of a partner by its name, whoever pressed, and once: a later answer that says nothing new is no deed', () => {
    const [own, there] = [done('sent', 20), done('warned', 10, 30)]
    const answer = { subscriptionId: 'sub_1', by: 'River house', until: null, note: null }
    const answered = (minute: number) => {
      const answers = [{ ...answer, response: there, at: at(minute) }]
      const state = { responses: { count: 1, first: own, last: own }, answers }
      return event('answered', minute, state, 'night key', 'By radio.')
    }
    const [first, later] = [answered(30), answered(40)]
    // A response of an officer that is not told of is counted, beside the partner's.
    expect(deeds([responded(own, 1), first, later], { count: 2, first: own, last: own })).toEqual([
      [
        ['warned', 'River house', 'By radio.'],
        ['sent', 'Ama', 'Ama wrote this']
      ],
      1
    ])
    expect(eventWords(first.type, first.data)).toBe('A partner said what was done')
    expect(eventWords(later.type, later.data)).toBe('A partner has it')
  })

  it('is told in words, also of a kind of a later suite', () => {
    const [first, last] = [done('warned', 10), done('sent', 30)]
    const three = { ...operator, responses: { count: 3, first, last } }
    expect(doneWords(operator)).toBe('nothing recorded')
    expect(doneWords({ ...operator, responses: { count: 1, first, last: first } })).toBe(
      'People were warned, 1 Mar 2026, 12:10 UTC'
    )
    expect(doneWords(three)).toContain('(the last of 3)')
    expect(responseKindWords('evacuated')).toBe('evacuated')
    expect(answeredWords(three)).toBe('unassigned · somebody sent')
    expect([25 * 60_000, -90_000, 0].map(afterRaisedWords)).toEqual([
      '25 min after it was raised',
      '90 s before it was raised',
      'as it was raised'
    ])
  })

  it('stands among what an event changed', () => {
    const after = responded(done('warned', 10), 1).data
    expect(changesBetween(anAlert(), after).map(changeWords)).toEqual([
      'what was done: nothing recorded → People were warned, 1 Mar 2026, 12:10 UTC'
    ])
  })
})

describe('a response that was corrected', () => {
  const wrong = { ...done('warned', 1), id: 'a.1' }
  const right = { ...done('warned', 30, 40), id: 'a.2', corrects: ['a.1'] }
  const corrected = (told: Partial<ShownAlert['operator']>) =>
    event('response-corrected', 40, told, 'Bo', 'At twelve.')

  it('is listed as it stands, by who corrected it', () => {
    const responses = { count: 1, first: right, last: right }
    const told = readDeeds([responded(wrong, 1), corrected({ responses })], responses, at(0))
    expect(told).toMatchObject({ deeds: [{ id: 'a.2', by: 'Bo', afterMs: 1_800_000 }], omitted: 0 })
    expect(told.deeds).toHaveLength(1)
  })

  it('is listed no more once it is withdrawn, and the trail says so', () => {
    const withdrawn = corrected({ responseWithdrawn: wrong })
    expect(deeds([responded(wrong, 1), withdrawn])).toEqual([[], 0])
    expect(eventWords(withdrawn.type, withdrawn.data)).toBe('Response withdrawn')
  })

  it('is corrected in the same form: what is not said stays as it was, and it may be left as it is', () => {
    clearDraft('a1')
    beginCorrection('a1', { ...wrong, text: 'Called.' })
    const draft = makeDraft('a1')
    expect(makeBody(draft, 0)).toEqual({ corrects: 'a.1', kind: 'warned', text: 'Called.' })
    expect(makeBody({ ...draft, doneAt }, 0)).toMatchObject({ corrects: 'a.1', at: `${doneAt}Z` })
    const taken = { ...draft, withdrawn: true, response: 'none', note: '' } as const
    expect([isReady(taken), makeBody(taken, 0)]).toEqual([
      true,
      { corrects: 'a.1', withdrawn: true }
    ])
    settleDraft('a1', draft)
    expect(makeDraft('a1')).toMatchObject({
      corrects: '',
      withdrawn: false,
      note: '',
      response: ''
    })
    expect(makeBody({ ...taken, corrects: '' }, 0)).toEqual({ kind: 'none' })
    // What was typed before stays.
    changeDraft('a1', { note: 'A patrol.' })
    beginCorrection('a1', { ...wrong, text: 'Called.' })
    expect(makeDraft('a1')).toMatchObject({ act: 'response', note: 'A patrol.' })
  })
})

describe('the form of a response', () => {
  const draft = { ...blankDraft, act: 'response' } as const

  it('sends what was done, when, and in which words; now where no time is given', () => {
    const typed = { ...draft, response: 'warned', note: ' Called the elders. ' } as const
    expect(makeBody(typed, 0)).toEqual({ kind: 'warned', text: 'Called the elders.' })
    expect(makeBody({ ...typed, note: '', doneAt }, 0)).toEqual({
      kind: 'warned',
      at: `${doneAt}Z`
    })
  })

  it('is sent when it says what was done, and why where nothing is', () => {
    expect([draft, { ...draft, response: 'sent' } as const].map(isReady)).toEqual([false, true])
    const none = { ...draft, response: 'none' } as const
    expect([none, { ...none, note: 'The road is shut.' }].map(isReady)).toEqual([false, true])
  })

  it('begins anew once it was taken, and keeps what was typed meanwhile', () => {
    clearDraft('a1')
    changeDraft('a1', { act: 'response', response: 'sent', note: 'A patrol.', doneAt })
    expect(typedFor('a1')).toBe(`${doneAt}\nA patrol.`)
    const sent = makeDraft('a1')
    changeDraft('a1', { note: 'A patrol. And a doctor.' })
    settleDraft('a1', sent)
    const left = { act: 'response', response: '', doneAt: '', note: 'A patrol. And a doctor.' }
    expect(makeDraft('a1')).toMatchObject(left)
  })

  it('keeps what was typed for another act', () => {
    clearDraft('a1')
    changeDraft('a1', { act: 'response', response: 'sent', note: 'A patrol.', doneAt })
    changeDraft('a1', { act: 'assignment', to: 'Kofi' })
    const sent = makeDraft('a1')
    expect(makeBody(sent, 0)).toEqual({ to: 'Kofi', note: 'A patrol.' })
    settleDraft('a1', sent)
    const left = { act: 'assignment', to: '', note: '', response: 'sent', doneAt }
    expect(makeDraft('a1')).toMatchObject(left)
  })

  it('has its refused time told by the name of the field', () => {
    const detail = 'must not be later than now, which is 2026-03-01T12:00:00.000Z in this theatre'
    const errors = [{ pointer: '/at', detail }]
    const problem = { code: 'body-invalid', detail: `/at ${detail}.`, status: 422, errors }
    expect(describeRefusal('response', { kind: 'refused', problem })).toBe(
      'Not accepted: Done at (UTC) must not be later than now, which is 1 Mar 2026, 12:00 UTC in this theatre.'
    )
  })
})

const row = (more: Partial<RuleDispositions> = {}): RuleDispositions => ({
  ...{
    theatre: 'sahel',
    ruleId: 'siege',
    since: '2025-03-01T00:00:00.000Z',
    raised: 40,
    judged: 40
  },
  dispositions: { true: 37, 'false-alarm': 3, duplicate: 0, drill: 0 },
  falseAlarmsPerYear: 3,
  expectedPerYear: null,
  spent: null,
  ...more
})

describe('false alarms as judged', () => {
  it('are a rate where all were judged, and at least that where not', () => {
    expect(judgedWords(row())).toBe(
      '3 of 40 judged were false alarms (40 raised since 1 Mar 2025): 3 a year'
    )
    expect(judgedWords(row({ raised: 1_200, falseAlarmsPerYear: 3.04 }))).toBe(
      '3 of 40 judged were false alarms (1,200 raised since 1 Mar 2025): at least 3 a year'
    )
  })

  it('are no rate where too little was judged, and nothing where nothing was', () => {
    const dispositions = { true: 3, 'false-alarm': 1, duplicate: 0, drill: 0 }
    expect(judgedWords(row({ judged: 4, dispositions, falseAlarmsPerYear: null }))).toBe(
      '1 of 4 judged was a false alarm (40 raised since 1 Mar 2025): too little was judged to say how often'
    )
    expect(judgedWords(row({ judged: 0, falseAlarmsPerYear: null }))).toBe(
      '40 alerts since 1 Mar 2025, none judged yet'
    )
    expect(judgedWords(undefined)).toBe('no alert of the last year')
  })

  it('stand beside what was expected, where the rule states that', () => {
    expect(judgedAndExpectedWords(row({ expectedPerYear: 2 }))).toMatch(
      /: 3 a year; expected 2 a year$/
    )
    expect(judgedAndExpectedWords(row())).not.toContain('expected')
  })
})

describe('how rare an alert is', () => {
  it.each([
    [4, '4 times a year'],
    [0.44, 'once in 2.3 years'],
    [0.001, 'less than once in 20 years']
  ])('is told of %d a year as %s', (perYear, said) => {
    expect(words.alert.falseAlarmsPerYear(perYear)).toBe(
      `As rare as this by chance ${said} in this theatre.`
    )
  })
})

const nobody = anAlert().operator
const watch = { shifts: [{ officer: 'Dara' }], onWatch: [{ officer: 'Ama' }] } as unknown as Watch
const alerts = [
  anAlert({ operator: { ...nobody, acknowledgedBy: 'Ben', assignedTo: 'Bne' } }),
  anAlert({ action: { by: 'Chidi' } }),
  anAlert()
]

it('are the reader, who acted, and who is on watch; not whom somebody assigned something to', () => {
  expect(knownPeople('Ama', alerts, [watch])).toEqual(['Ama', 'Ben', 'Chidi', 'Dara'])
  expect(knownPeople(null, [], [])).toEqual([])
})

it('are told apart from a typo, which reaches nobody', () => {
  const names = knownPeople('Ama', alerts, [watch])
  expect([
    isUnknownName('Bne', names),
    isUnknownName(' Ben ', names),
    isUnknownName(' ', names)
  ]).toEqual([true, false, false])
})

const msAt = (time: string) => Date.parse(`2026-03-01T${time}Z`)

describe('an acknowledgement ends', () => {
  it('so long after now, or not at all', () => {
    expect(untilTime('240', msAt('12:00'))).toBe('2026-03-01T16:00:00.000Z')
    expect(untilTime('none', msAt('12:00'))).toBeNull()
  })

  it('at the next time of that name, which may be tomorrow', () => {
    expect(untilTime('06:00', msAt('05:59:59'))).toBe('2026-03-01T06:00:00.000Z')
    expect(untilTime('06:00', msAt('06:00'))).toBe('2026-03-02T06:00:00.000Z')
    expect(untilTime('06:00', msAt('23:10'))).toBe('2026-03-02T06:00:00.000Z')
    expect(untilTime('00:00', msAt('23:59'))).toBe('2026-03-02T00:00:00.000Z')
  })

  it('by the time of its theatre, as it is sent', () => {
    const draft = { ...blankDraft, until: '06:00', note: 'End of my shift.' }
    expect(makeBody(draft, msAt('22:00'))).toEqual({
      until: '2026-03-02T06:00:00.000Z',
      note: 'End of my shift.'
    })
  })

  it('at no time that is not typed whole: then it is not sent', () => {
    for (const until of [noClock, '6:00', '24:00', '06:60']) {
      expect([untilTime(until, msAt('12:00')), isUntilSaid(until)], until).toEqual([null, false])
      expect(isReady({ ...blankDraft, until })).toBe(false)
      expect(isBulkReady({ ...blankDraft, act: 'acknowledgement', until })).toBe(false)
      expect(isReady({ ...blankDraft, act: 'comment', note: 'Seen.', until })).toBe(true)
    }
    expect([isReady({ ...blankDraft, until: '06:00' }), isReady(blankDraft)]).toEqual([true, true])
  })
})
