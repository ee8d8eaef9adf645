import { expect, it } from 'vitest'
import { type AlertHistory, formatAlertHistory } from '../../src/client/alert-lines.ts'

const at = '2026-03-01T12:00:00.000Z'

it('shows the partners who answered, with their words', () => {
  const answer = {
    subscriptionId: 'sub_1',
    by: 'Partner of the river',
    at,
    until: null,
    note: 'Ours.',
    response: { kind: 'sent', at },
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
  expect(formatAlertHistory(alert)).toContain(
    `partner Partner of the river has it since ${at}: Ours.; sent at ${at}`
  )
})

it('names the key of each act, where the event has it', () => {
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
  const lines = formatAlertHistory(alert)
  expect(lines[1]).toContain('acknowledged by Awa (key_1)')
  expect(lines).toContain(`response act_2: warned at ${at} by key_2`)
  expect(lines.slice(-3).map(line => line.replace(/^.* by /, 'by '))).toEqual([
    'by Awa (key_1)',
    'by Kofi',
    'by owner'
  ])
})
