// Private content of one report through posts, corrections, erasures and restarts in random order,
// compared with a simple model: content is compared under each key that lives, and by its open part
// alone where the key is gone.

import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { runsOf } from '@tocsin/testing/process/test-size'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  aReport,
  IntakeUnderTest,
  lake,
  owner,
  reportRecords,
  sahel
} from '../support/intake-under-test.ts'

/** `name` null: no private content. */
interface Content {
  readonly category: 'attack' | 'clash'
  readonly name: 'A. Person' | 'B. Person' | null
}
type Step =
  | ({ readonly kind: 'post'; readonly at: number } & Content)
  | ({ readonly kind: 'put'; readonly at: number } & Content)
  | { readonly kind: 'erase'; readonly at: number }
  | { readonly kind: 'restart'; readonly at: number }

const { reportedAt: _, ...undated } = aReport
const bodyOf = ({ category, name }: Content) => ({
  ...undated,
  category,
  ...(name === null ? {} : { private: { persons: [{ name, role: 'abducted' }] } })
})

const contentArb = {
  category: fc.constantFrom('attack', 'clash'),
  name: fc.constantFrom('A. Person', 'B. Person', null)
}
const at = fc.integer({ min: 0, max: 1 })
const stepArb = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('post'), at, ...contentArb }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('put'), at, ...contentArb }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('erase'), at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart'), at }) }
) as fc.Arbitrary<Step>

it.for([
  ['embedded', 1],
  ['kafka', 2]
] as const)(
  'detects repeated content, and restores nothing that was erased (a log like %s)',
  async ([like, count]) => {
    await fc.assert(
      fc.asyncProperty(fc.array(stepArb, { maxLength: 12 }), async steps => {
        const store = new MemoryStore({ partitions: 3 })
        const start = () => IntakeUnderTest.start({ log: new MemoryLog({ like }, store) })
        const intakes = await Promise.all(Array.from({ length: count }, start))
        await intakes[0]?.declare(sahel, lake)
        const said: (Content & { readonly key: number })[] = []
        let [key, hasKey] = [0, false]
        let reportId = ''
        for (const step of steps) {
          const n = step.at % count
          const intake = intakes[n] as IntakeUnderTest
          if (step.kind === 'restart') {
            await intake.close()
            intakes[n] = await start()
            continue
          }
          if (step.kind === 'erase') {
            if (reportId === '') continue
            expect(await intake.service.acceptance.erase(reportId, owner)).toBe(hasKey)
            if (hasKey) key++
            hasKey = false
            continue
          }
          if (step.kind === 'put' && reportId === '') continue
          const isKnown = (one: (typeof said)[number]) =>
            one.category === step.category &&
            one.name === step.name &&
            (one.name === null || one.key === key)
          const mayBe = (one: (typeof said)[number]) =>
            one.category === step.category &&
            step.name !== null &&
            one.name !== null &&
            one.key !== key
          const last = said.at(-1)
          const isDuplicate =
            step.kind === 'put'
              ? last !== undefined && isKnown(last)
              : said.some(isKnown) || said.some(mayBe)
          const answer =
            step.kind === 'post'
              ? await intake.post(bodyOf(step))
              : await intake.put(reportId, bodyOf(step))
          reportId = answer.reportId
          if (!isDuplicate) said.push({ category: step.category, name: step.name, key })
          if (!isDuplicate && step.name !== null) hasKey = true
          expect(answer, JSON.stringify(step)).toMatchObject({
            duplicate: isDuplicate,
            revision: said.length
          })
          const winner = said.at(-1) as (typeof said)[number]
          const shown = (await intake.service.reading.read(reportId, owner, 0)).report?.private
          expect(shown?.persons[0]?.name ?? null).toBe(
            winner.name !== null && winner.key === key && hasKey ? winner.name : null
          )
        }
        const ids = (await reportRecords((intakes[0] as IntakeUnderTest).log)).map(({ id }) => id)
        expect(new Set(ids).size, 'each revision has an id of its own').toBe(said.length)
        for (const intake of intakes) await intake.close()
      }),
      { numRuns: runsOf(75) }
    )
  }
)
