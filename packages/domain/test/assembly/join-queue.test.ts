// Pairs come out of the queue in order, whenever they came in.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { JoinQueue } from '../../src/assembly/join-queue.ts'
import { byOrder, type Join, joinOf, type Peer } from '../../src/assembly/scored-pairs.ts'

const peers = Array.from({ length: 12 }, (_, i) => ({ id: `r${i}` }) as Peer)
const pair = fc
  .tuple(fc.nat(10), fc.nat(10), fc.integer({ min: 60, max: 63 }))
  .map(([a, b, score]) =>
    joinOf(peers[Math.min(a, b)] as Peer, peers[Math.max(a, b) + 1] as Peer, score)
  )

it('gives the least of all that wait, each as often as it came', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.array(pair, { maxLength: 12 }), fc.constant('take' as const))),
      steps => {
        const queue = new JoinQueue()
        let waiting: Join[] = []
        for (const step of steps) {
          if (step === 'take') queue.takeFirst()
          else queue.add(step.toSorted(byOrder))
          waiting = step === 'take' ? waiting.slice(1) : [...waiting, ...step].sort(byOrder)
          expect(queue.first === undefined ? undefined : describe(queue.first)).toEqual(
            waiting[0] && describe(waiting[0])
          )
        }
      }
    )
  )
})

function describe({ one, other, score }: Join): readonly unknown[] {
  return [one.id, other.id, score]
}
