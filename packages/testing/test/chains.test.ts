// The checks that end-to-end tests rely on must be able to fail: each fault is injected here and
// detected.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import { describe, expect, it } from 'vitest'
import { DeliveryChain } from '../src/client/delivery-chain.ts'
import { type AlertFrame, StreamChain } from '../src/client/stream-chain.ts'

const frame = (
  seq: number,
  prev: string,
  cursor: string,
  revision = seq,
  id = `e${seq}`
): AlertFrame => ({
  type: 'alert',
  id: 's1',
  event: {
    id,
    type: 'tocsin.alert.revised.v1',
    data: { theatre: 'sahel', alertId: 'a1', seq, revision } as AlertState
  },
  cursor,
  prev,
  sentAt: '2025-06-02T09:00:00.000Z'
})

const takeAll = (chain: StreamChain, ...frames: AlertFrame[]) => {
  for (const each of frames) chain.checkAlert(each)
}

describe('the check of a stream', () => {
  const started = () => {
    const chain = new StreamChain({ seesAll: true })
    chain.checkSubscribed({ type: 'subscribed', id: 's1', recovered: false, cursor: 'c0' }, null)
    return chain
  }

  it('finds no fault in an intact chain with heartbeats and a resumed connection', () => {
    const chain = started()
    chain.checkAlert(frame(1, 'c0', 'c1'))
    chain.checkHeartbeat({ type: 'heartbeat', id: 's1', cursor: 'c2', prev: 'c1' })
    chain.checkSubscribed({ type: 'subscribed', id: 's1', recovered: true, cursor: 'c9' }, 'c2')
    chain.checkAlert(frame(2, 'c2', 'c3'))
    expect(chain.violations).toEqual([])
  })

  it.each<[string, (chain: StreamChain) => void, string]>([
    ['a break of prev', chain => chain.checkAlert(frame(2, 'c1', 'c2')), 'the chain is broken'],
    [
      'a heartbeat that does not follow',
      chain => chain.checkHeartbeat({ type: 'heartbeat', id: 's1', cursor: 'c2', prev: 'cX' }),
      'the chain is broken'
    ],
    [
      'a skipped seq',
      chain => takeAll(chain, frame(1, 'c0', 'c1'), frame(4, 'c1', 'c2', 2)),
      'seq jumped'
    ],
    [
      'a skipped revision',
      chain => takeAll(chain, frame(1, 'c0', 'c1'), frame(2, 'c1', 'c2', 5)),
      'skipped from revision'
    ],
    [
      'a repeated event',
      chain => takeAll(chain, frame(1, 'c0', 'c1'), frame(1, 'c1', 'c2')),
      'was sent twice'
    ],
    [
      'a seq with two contents',
      chain => takeAll(chain, frame(1, 'c0', 'c1'), frame(1, 'c1', 'c2', 2, 'other')),
      'has two events'
    ],
    [
      'a lost position',
      chain =>
        chain.checkSubscribed(
          { type: 'subscribed', id: 's1', recovered: false, cursor: 'c9' },
          'c1'
        ),
      'not recovered'
    ]
  ])('finds %s', (_what, break_, message) => {
    const chain = started()
    break_(chain)
    expect(chain.violations.join('\n')).toContain(message)
  })
})

describe('the check of deliveries', () => {
  const delivery = (sequence: number, previousid: string | null, webhookId = `m${sequence}`) => ({
    webhookId,
    body: JSON.stringify({ sequence, ...(previousid ? { previousid } : {}) })
  })

  it('finds no fault in an intact chain with a repeat, and recognises the repeat', () => {
    const chain = new DeliveryChain()
    expect(
      [delivery(1, null), delivery(1, null), delivery(2, 'm1')].map(d => chain.take(d))
    ).toEqual([true, false, true])
    expect(chain).toMatchObject({ violations: [], repeats: 1 })
  })

  it.each<[string, ReturnType<typeof delivery>[], string]>([
    ['a gap', [delivery(1, null), delivery(3, 'm1')], 'has sequence 3 after 1'],
    ['a wrong previousid', [delivery(1, null), delivery(2, 'm9')], 'names m9'],
    [
      'a repeat with different content',
      [delivery(1, null), { ...delivery(2, null), webhookId: 'm1' }],
      'different content'
    ]
  ])('finds %s', (_what, deliveries, message) => {
    const chain = new DeliveryChain()
    for (const each of deliveries) chain.take(each)
    expect(chain.violations.join('\n')).toContain(message)
  })
})
