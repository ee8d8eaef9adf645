// What nearly fired by the rule that is shown.

import { signal } from '@preact/signals'
import { rules } from '../../http/rules.ts'
import type { NearMisses } from '../../shown/answers.ts'
import { words } from '../../words/words.ts'
import { command } from '../command.ts'
import { currentItem } from '../current-view.ts'

export const seeking = command({ key: () => currentItem.value ?? '' })
export const nearMisses = signal<{
  readonly of: string
  readonly items: NearMisses['items']
} | null>(null)

export async function seekNear(of: string): Promise<void> {
  const found = await seeking.send(
    () => rules.near(of),
    ({ items, canSay }) => words.rules.near.found(items.length, canSay)
  )
  if (found !== null) nearMisses.value = { of, items: found.body.items }
}
