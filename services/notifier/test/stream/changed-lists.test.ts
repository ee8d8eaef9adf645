// Who learns that a list has changed: who may read the list, and what changed in it.

import type { ControlRecord } from '@tocsin/contracts/record/control-record'
import { topics } from '@tocsin/event-log/topics'
import { describe, expect, it } from 'vitest'
import { operatorOf } from '../support/alert-builder.ts'
import { settle } from '../support/manual-clock.ts'
import { aPrincipal, Harness } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

const about = (handling: string, theatres: readonly string[] | '*' = '*') => ({
  handling,
  theatres
})
const change = (type: string, data: object) => ({ type, data }) as ControlRecord

async function framesAfter(reader: Parameters<typeof aPrincipal>[0], ...records: ControlRecord[]) {
  await using h = await new Harness().start()
  const { socket, session } = h.connect(aPrincipal(reader))
  session.receive('{"type":"subscribe","id":"s1"}')
  await settle()
  h.notifier.hub.takeControl(records)
  await h.clock.advance(1_000)
  return socket.of('changed')
}

describe('a change of a list', () => {
  const officer = { scopes: ['alerts:read', 'alerts:operate'] as const }
  const reader = { scopes: ['alerts:read'] as const }
  const of = (list: string) => [{ type: 'changed', list }]
  const silence = (handling: string, theatres?: readonly string[]) =>
    change('silence.created', { silenceId: 'sil_1', ...about(handling, theatres) })
  const ended = change('silence.ended', { silenceId: 'sil_1' })

  it.each<[string, Parameters<typeof aPrincipal>[0], ControlRecord[], object[]]>([
    ['is said once, however many records', officer, [silence('internal'), ended], of('silences')],
    [
      'above the reader is not said',
      { ...officer, handling: 'partners' },
      [silence('internal'), ended],
      []
    ],
    [
      'elsewhere is not said',
      { ...officer, theatres: ['horn'] },
      [silence('internal', ['sahel'])],
      []
    ],
    ['that the reader may not read is not said', reader, [silence('internal')], []],
    [
      'of all is said to readers of that list',
      reader,
      [change('rule.declared', { ruleId: 'r' })],
      of('rules')
    ],
    ['of none is nothing', officer, [change('keys.used', { days: {} })], []]
  ])('%s', async (_, principal, records, frames) => {
    expect(await framesAfter({ handling: 'restricted', ...principal }, ...records)).toEqual(frames)
  })

  it('of the audit, deliveries and the quarantine is said to who may read it', async () => {
    await using h = await new Harness().start()
    await subscribed(h)
    await h.clock.advance(1_000)
    const internal = { handling: 'internal' } as const
    const manager = h.connect(
      aPrincipal({ ...internal, scopes: ['alerts:read', 'subscriptions:manage'] })
    )
    const auditor = h.connect(aPrincipal({ ...internal, scopes: ['alerts:read', 'audit:read'] }))
    const admin = h.connect(aPrincipal({ scopes: ['admin'] }))
    const operator = h.connect(
      aPrincipal({ handling: 'restricted', scopes: ['alerts:read', 'alerts:operate'] })
    )
    const all = [manager, auditor, admin, operator]
    for (const { session } of all) session.receive('{"type":"subscribe","id":"s1"}')
    await h.clock.advance(1_000)
    await h.alerts.write('raised', 'seen', { notify: 'page' })
    const action = { actionId: 'act_1', by: 'Ama', byId: 'key_ama', text: null }
    await h.alerts.write('acknowledged', 'seen', { operator: operatorOf('Ama'), action })
    await h.log.append(topics.quarantine, [{ id: 'q', key: 'wire', value: Buffer.from('?') }])
    await h.clock.advance(5_000)
    const listed = all.map(({ socket }) => {
      const lists = socket.of('changed').map(frame => (frame as unknown as { list: string }).list)
      return [...new Set(lists)].sort()
    })
    expect(listed).toEqual([[], ['audit'], ['audit', 'deliveries', 'quarantine'], ['deliveries']])
  })

  it('is said where it is the first after a start, and removes an entry', async () => {
    await using h = new Harness()
    const view = { viewId: 'v', name: 'North', query: '', ownerKeyId: 'key_1' } as const
    await h.declare({
      type: 'view.saved',
      data: { ...view, theatres: '*', handling: 'internal' }
    })
    await h.start()
    const { socket, session } = h.connect(aPrincipal(reader))
    session.receive('{"type":"subscribe","id":"s1"}')
    await settle()
    await h.declare({ type: 'view.deleted', data: { viewId: 'v' } })
    await settle()
    await h.clock.advance(1_000)
    expect(socket.of('changed')).toEqual(of('views'))
  })
})
