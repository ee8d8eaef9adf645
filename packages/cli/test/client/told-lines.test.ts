// Who was told of an alert and who has it, in a terminal.

import { expect, it } from 'vitest'
import { type AlertHistory, alertHistoryLines } from '../../src/client/alert-lines.ts'
import { answerWords, toldLines } from '../../src/client/told-lines.ts'

const at = '2026-03-01T12:00:00.000Z'
const row = {
  subscriptionId: 'sub_1',
  by: 'Partner of the river',
  contact: 'duty desk',
  state: 'accepted',
  acceptedAt: at,
  waitsSince: null
}

it('names each who was told, who has it, what holds it, and the silences over it', () => {
  const held = { reason: 'silenced', until: '2026-03-01T13:00:00.000Z' }
  const response = { kind: 'sent', at }
  const lines = toldLines({
    items: [
      { ...row, answered: { at, until: null, note: 'Our team calls.', response } },
      {
        ...row,
        subscriptionId: 'sub_2',
        by: null,
        contact: null,
        state: 'held',
        acceptedAt: null,
        waitsSince: at,
        held
      },
      { ...row, subscriptionId: 'sub_3', held: { reason: null, until: null } }
    ],
    silences: [
      { id: 'sil_1', isForOne: false, endsAt: held.until, by: 'Awa', reason: 'Exercise' },
      { id: 'sil_2', isForOne: true, endsAt: held.until, by: null, reason: null }
    ]
  })
  expect(lines[0]).toMatch(
    /^BY +CONTACT +STATE +ACCEPTED AT +WAITS SINCE +HELD +HAS IT +SUBSCRIPTION ID$/
  )
  expect(lines[1]).toMatch(
    /^Partner of the river +duty desk +accepted +\S+Z +- +- +since \S+Z: Our team calls\.; sent at \S+Z +sub_1$/
  )
  expect(lines[2]).toMatch(/^- +- +held +- +\S+Z +silenced until \S+Z +- +sub_2$/)
  expect(lines[3]).toMatch(/ held +- +sub_3$/)
  expect(lines.slice(4)).toEqual([
    `silence sil_1 for all until ${held.until}, by Awa: Exercise`,
    `silence sil_2 for one subscription until ${held.until}`
  ])
})

it('says until when somebody has it', () => {
  expect(answerWords({ at, until: at, note: null })).toBe(`since ${at} until ${at}`)
})

it('is said of an alert with its events', () => {
  const answer = {
    subscriptionId: 'sub_1',
    by: 'Partner of the river',
    at,
    until: null,
    note: 'Ours.',
    via: 'link'
  }
  const operator = {
    acknowledgedBy: null,
    acknowledgedUntil: null,
    assignedTo: null,
    disposition: null,
    answers: [answer]
  }
  const alert = {
    headline: 'Siege',
    status: 'confirmed',
    operator,
    revisions: []
  } as unknown as AlertHistory
  expect(alertHistoryLines(alert)).toContain(
    `partner Partner of the river has it since ${at}: Ours.`
  )
})

it('says of each act by which key it was, where that is told', () => {
  const response = { id: 'act_2', kind: 'warned', at, byId: 'key_2' }
  const operator = {
    ...{
      acknowledgedBy: 'Awa',
      acknowledgedById: 'key_1',
      acknowledgedUntil: null,
      assignedTo: null,
      disposition: null
    },
    responses: { count: 1, last: response, recent: [response] }
  }
  const action = (by: string, byId?: string) => ({
    actionId: 'act',
    by,
    ...(byId === undefined ? {} : { byId }),
    text: null
  })
  const event = (name: string, of: object) => ({
    type: `tocsin.alert.${name}.v1`,
    time: at,
    data: { revision: 1, operator, action: of }
  })
  const revisions = [
    event('acknowledged', action('Awa', 'key_1')),
    event('commented', action('Kofi')),
    event('assigned', action('owner', 'owner'))
  ]
  const alert = {
    headline: 'Siege',
    status: 'confirmed',
    operator,
    revisions
  } as unknown as AlertHistory
  const lines = alertHistoryLines(alert)
  expect(lines[1]).toContain('acknowledged by Awa (key_1)')
  expect(lines).toContain(`response act_2: warned at ${at} by key_2`)
  expect(lines.slice(-3).map(line => line.replace(/^.* by /, 'by '))).toEqual([
    'by Awa (key_1)',
    'by Kofi',
    'by owner'
  ])
})

it('says none where nobody was told', () => {
  expect(toldLines({ items: [] })).toEqual(['none'])
})
