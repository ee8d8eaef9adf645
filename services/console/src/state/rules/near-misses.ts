// What nearly fired by the rule that is shown.

import { signal } from '@preact/signals'
import { rules } from '../../http/rules.ts'
import type { NearMiss } from '../../shown/answers.ts'
import { words } from '../../words/words.ts'
import { announce } from '../announcements.ts'
import { ofKey } from '../session/of-key.ts'

type Near =
  | { readonly of: string; readonly kind: 'idle' | 'asking' }
  | { readonly of: string; readonly kind: 'refused'; readonly text: string }
  | {
      readonly of: string
      readonly kind: 'told'
      readonly items: readonly NearMiss[]
      readonly canSay: boolean
    }

export const nearMisses = ofKey(signal<Near>({ of: '', kind: 'idle' }))

export async function seekNear(of: string): Promise<void> {
  nearMisses.value = { of, kind: 'asking' }
  const answer = await rules.near(of)
  // Another rule is looked at by now.
  if (nearMisses.peek().of !== of) return
  if (answer.kind === 'ok') {
    const { items, canSay } = answer.body
    nearMisses.value = { of, kind: 'told', items, canSay }
    announce(words.rules.near.found(items.length, canSay))
    return
  }
  const text =
    answer.kind === 'unreachable'
      ? words.views.unreachable
      : words.views.refused(answer.problem.detail)
  nearMisses.value = { of, kind: 'refused', text }
  announce(text)
}
