// Who learns that a list has changed: who may read the list, and what changed in it.

import type { ControlRecord } from '@tocsin/contracts/record/control-record'
import { describe, expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import { aPrincipal, Harness } from '../support/notifier-harness.ts'

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
