// What is known of a subscription after a start from its tables, wherever they end in its log.

import { withTempDir } from '@tocsin/testing/process/temp-dir'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DeliveryFold } from '../../src/notification/delivery-fold.ts'
import { Story, storyStep } from '../support/delivery-story.ts'

const others = [
  'again',
  'elsewhere',
  'resumed',
  'noticed',
  'reminded',
  'gone',
  'parked',
  'lapsed',
  'left-out'
] as const

it('is what a fold of the whole log knows', async () => {
  const steps = fc.array(
    fc.oneof({ weight: 5, arbitrary: storyStep }, fc.constantFrom(...others)),
    {
      maxLength: 40
    }
  )
  await fc.assert(
    fc.asyncProperty(steps, fc.double({ min: 0, max: 1, noNaN: true }), async (all, share) => {
      const story = new Story()
      for (const step of all) {
        if (step === 'lapsed' || step === 'left-out') story.drop(step, [1, 2, 3, 7])
        else if (typeof step === 'string') story.write(step)
        else story.take(step)
      }
      const at = Math.floor(story.log.length * share)
      await withTempDir(async folder => {
        const first = new DeliveryFold(folder)
        for (const record of story.log.slice(0, at)) first.apply(record)
        first.write()
        first.model.close()
        const second = new DeliveryFold(folder)
        second.load()
        for (const record of story.log.slice(at)) second.apply(record)
        const { fold: whole } = story
        const known = second.of('s')
        expect(known.listRows()).toEqual(whole.listRows())
        const counts = ({ table }: typeof whole) => [
          ...[table.pendingCount, table.parkedCount, table.heldCount],
          ...[table.head?.sequence, table.second?.sequence]
        ]
        expect(counts(known)).toEqual(counts(whole))
        second.model.close()
      })
    }),
    { numRuns: 60 }
  )
})
