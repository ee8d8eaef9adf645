// Building block: a number of incidents in a window. The rule's `where` selects the incidents.

import { defineBlock } from './block-law.ts'
import { expectEnded, expectNone, expectOpen, makeExample } from './examples.ts'

const inMarch = (day: number, category: 'attack' | 'looting' | 'ambush' = 'attack') => ({
  at: `2025-03-${String(day).padStart(2, '0')}`,
  category
})

const words = { counted: '{value} {value:incident|incidents}', measure: 'incidents' }

export const count = defineBlock({
  id: 'count',
  says: 'A number of incidents within a window, per group.',
  parameters: {},
  examples: [
    makeExample(
      'three incidents within two weeks raise it, and it stays open while the window contains them',
      [
        { ...inMarch(1), settlement: 'Dioura', admin1: 'ML-5' },
        { ...inMarch(5, 'looting'), settlement: 'Tenenkou', admin1: 'ML-5' },
        { ...inMarch(9, 'ambush'), settlement: 'Boulkessi', admin1: 'ML-5' }
      ],
      expectOpen('2025-03-10', { theatre: 'all' })
    ),
    makeExample(
      'it ends when the first of three is more than two weeks old',
      [inMarch(1), inMarch(5, 'looting'), inMarch(9, 'ambush')],
      expectEnded('2025-03-16', { theatre: 'all' })
    ),
    makeExample(
      'three incidents two weeks apart are not enough',
      [inMarch(1), inMarch(16), inMarch(31)],
      expectNone('2025-04-01')
    )
  ],
  words: () => ({ en: words, fr: words }),
  startMeasure() {
    let value = 0
    return () => ++value
  }
})
