// What was told of silences and watches, folded from the log: a snapshot at any record changes
// nothing, repeats count once, and of two instances that tell the same the first counts.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { DeliveryRecord } from '../../src/delivery/delivery-record.ts'
import { stateRows } from '../../src/delivery/delivery-rows.ts'
import { BulletinFold } from '../../src/delivery/notice-fold.ts'
import { SubscriptionDeliveries } from '../../src/delivery/subscription-deliveries.ts'

type Told = Parameters<BulletinFold['apply']>[0]

const raised = (
  n: number,
  id: string,
  state: 'holding' | 'over',
  previousId: string | null
): Told => ({
  ...{
    id: `r${n}`,
    time: new Date(n * 1_000).toISOString(),
    cause: null,
    type: 'delivery.bulletin-raised'
  },
  data: { subscriptionId: 's', noticeId: `n${n}`, previousId, about: 'silence', id, state }
})
const watched = (n: number, id: string): Told => ({
  ...{
    id: `r${n}`,
    time: new Date(n * 1_000).toISOString(),
    cause: null,
    type: 'delivery.bulletin-raised'
  },
  data: {
    subscriptionId: 's',
    noticeId: `n${n}`,
    previousId: null,
    about: 'watch',
    id,
    state: 'unstaffed'
  }
})
const attempted = (
  noticeId: string,
  attempt: number,
  end: 'accepted' | 'given-up' | 'gone' | null
): Told => ({
  ...{
    id: `${noticeId} ${attempt}`,
    time: new Date(0).toISOString(),
    cause: null,
    type: 'delivery.bulletin-attempted'
  },
  data: {
    subscriptionId: 's',
    noticeId,
    attempt,
    status: 200,
    durationMs: 1,
    reason: null,
    nextAt: null,
    end
  }
})

it('of two that follow one the first counts, and an attempt once', () => {
  const fold = new BulletinFold()
  for (const each of [raised(1, 'a', 'holding', null), raised(2, 'a', 'holding', null)])
    fold.apply(each)
  expect(fold.of('silence', 'a')).toMatchObject({ noticeId: 'n1', attempts: 0 })
  for (const each of [
    attempted('n2', 1, 'accepted'),
    attempted('n1', 1, null),
    attempted('n1', 1, 'accepted')
  ])
    fold.apply(each)
  expect(fold.unsent).toMatchObject([{ noticeId: 'n1', attempts: 1, end: null }])
  // What holds now is told instead of it.
  fold.apply(raised(3, 'a', 'over', 'n1'))
  expect(fold.unsent.map(({ state }) => state)).toEqual(['over'])
  expect(fold.standing).toEqual([])
})

it('forgets the oldest that are over, and none that stands', () => {
  const fold = new BulletinFold()
  fold.apply(raised(0, 'stands', 'holding', null))
  for (let n = 1; n <= 500; n++) {
    fold.apply(raised(2 * n, `s${n}`, 'holding', null))
    fold.apply(raised(2 * n + 1, `s${n}`, 'over', `n${2 * n}`))
    fold.apply(attempted(`n${2 * n + 1}`, 1, 'accepted'))
  }
  expect(fold.capture().length).toBeLessThan(205)
  expect(fold.of('silence', 'stands')).not.toBeNull()
  expect(fold.of('silence', 's500')).toMatchObject({ state: 'over' })
})

it('forgets the oldest that are over though their end was not sent, and the oldest of too many watches', () => {
  const fold = new BulletinFold()
  for (let n = 1; n <= 500; n++) {
    fold.apply(raised(2 * n, `s${n}`, 'holding', null))
    fold.apply(raised(2 * n + 1, `s${n}`, 'over', `n${2 * n}`))
    fold.apply(watched(2_000 + n, `w${n}`))
  }
  expect(fold.unsent.filter(({ state }) => state === 'over')).toHaveLength(200)
  expect(fold.watches).toHaveLength(200)
  expect(fold.of('watch', 'w500')).toMatchObject({ state: 'unstaffed' })
  expect(fold.of('watch', 'w1')).toBeNull()
  // In a checkpoint it stands in rows of a few kilobytes.
  const deliveries = new SubscriptionDeliveries()
  for (let n = 1; n <= 300; n++) deliveries.apply(watched(n, `w${n}`))
  const rows = [...stateRows(deliveries.capture())]
  expect(Math.max(...rows.map(row => JSON.stringify(row).length))).toBeLessThan(50_000)
  const again = new SubscriptionDeliveries()
  for (const row of rows) again.restore('s', JSON.parse(JSON.stringify(row)))
  expect(again.endpoint.bulletins.watches).toEqual(deliveries.endpoint.bulletins.watches)
})

it('forgets a watch that is there no more', () => {
  const fold = new BulletinFold()
  for (const n of [1, 2]) fold.apply(watched(n, `w${n}`))
  const dropped = {
    id: 'd',
    time: new Date(0).toISOString(),
    cause: null,
    type: 'delivery.bulletin-dropped'
  } as const
  for (let i = 0; i < 2; i++)
    fold.apply({ ...dropped, data: { subscriptionId: 's', noticeId: 'n1' } })
  expect(fold.watches.map(({ id }) => id)).toEqual(['w2'])
})

it('of a notice that is answered 410 ends the subscription, once', () => {
  const deliveries = new SubscriptionDeliveries()
  const gone = attempted('n1', 1, 'gone')
  deliveries.apply(raised(1, 'a', 'holding', null))
  deliveries.apply(gone)
  expect(deliveries.isEnded).toBe(true)
  const replay = { replayId: 'r', sequences: [], by: 'x', subscriptionId: 's' }
  deliveries.apply({ id: 'r', time: '', cause: null, type: 'delivery.replayed', data: replay })
  deliveries.apply(gone)
  expect(deliveries.isEnded).toBe(false)
})

it('is the same after a snapshot at any record', () => {
  const ids = fc.constantFrom('a', 'b', 'c')
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('raise' as const),
      id: ids,
      state: fc.constantFrom('holding' as const, 'over' as const)
    }),
    fc.record({
      kind: fc.constant('try' as const),
      id: ids,
      end: fc.constantFrom('accepted' as const, 'given-up' as const, null)
    })
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.nat(30), (steps, at) => {
      const whole = new BulletinFold()
      let parted = new BulletinFold()
      for (const [n, each] of steps.entries()) {
        if (n === at) {
          const row = JSON.parse(JSON.stringify(parted.capture())) as ReturnType<
            BulletinFold['capture']
          >
          parted = new BulletinFold()
          parted.restore(row)
        }
        const known = whole.of('silence', each.id)
        const record: DeliveryRecord & Told =
          each.kind === 'raise'
            ? raised(n, each.id, each.state, known?.noticeId ?? null)
            : attempted(known?.noticeId ?? 'none', (known?.attempts ?? 0) + 1, each.end)
        for (const fold of [whole, parted, parted]) fold.apply(record)
      }
      expect(parted.capture()).toEqual(whole.capture())
    })
  )
})
