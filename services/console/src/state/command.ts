// A change that is asked of Tocsin: one at a time of each command, its outcome in words, beside what
// it is about.

import { computed, type ReadonlySignal, signal } from '@preact/signals'
import type { Answer } from '../http/answers.ts'
import { type Faults, faultsOf, noFaults } from '../upkeep/field-faults.ts'
import { words } from '../words/words.ts'
import { announce } from './announcements.ts'
import { isLive } from './console-state.ts'
import { onOtherKey } from './session/of-key.ts'

export type SendState =
  | { readonly kind: 'idle' | 'asking' }
  | { readonly kind: 'done'; readonly text: string }
  | { readonly kind: 'refused'; readonly text: string | null; readonly faults: Faults }

export interface CommandOptions {
  /** Fields beside which faults are told. */
  readonly fields?: readonly string[]
  /**
   * It is decided by what the page shows, as every act on an alert is, and may be wrong by what
   * others have done since: while the page is not live it is not sent.
   */
  readonly restsOnSeen?: boolean
  /** What it is about: an outcome is shown beside that alone. */
  readonly key?: () => string
}

export interface Command {
  readonly state: ReadonlySignal<SendState>
  readonly canSend: ReadonlySignal<boolean>
  /** Something else is shown now: what becomes of what was sent is announced alone. */
  readonly forget: () => void
  /** Resolves to what was answered, or null if it was not taken. */
  readonly send: <T>(
    ask: () => Promise<Answer<T>>,
    done: (body: T) => string
  ) => Promise<{ readonly body: T } | null>
}

const idle: SendState = { kind: 'idle' }

export function command({
  fields = [],
  restsOnSeen = false,
  key = () => ''
}: CommandOptions = {}): Command {
  const last = signal<{ readonly of: string; readonly state: SendState }>({ of: '', state: idle })
  const state = computed(() => (last.value.of === key() ? last.value.state : idle))
  const canSend = computed(() => !restsOnSeen || isLive.value)
  let turn = 0
  const send: Command['send'] = async (ask, done) => {
    turn += 1
    const [own, of] = [turn, key()]
    // A button that was there before the page went stale may still be pressed.
    if (!canSend.peek()) {
      const text = words.stale.actsWait
      last.value = { of, state: { kind: 'refused', text, faults: noFaults } }
      announce(text)
      return null
    }
    last.value = { of, state: { kind: 'asking' } }
    const answer = await ask()
    const next = outcomeOf(answer, done, fields)
    if (own === turn) last.value = { of, state: next }
    if (next.kind === 'done' || next.kind === 'refused')
      announce(next.text ?? words.views.faultsBelow)
    return answer.kind === 'ok' ? { body: answer.body } : null
  }
  const forget = () => {
    turn += 1
    last.value = { of: '', state: idle }
  }
  onOtherKey(forget)
  return { state, send, forget, canSend }
}

function outcomeOf<T>(
  answer: Answer<T>,
  done: (body: T) => string,
  fields: readonly string[]
): SendState {
  if (answer.kind === 'ok') return { kind: 'done', text: done(answer.body) }
  if (answer.kind === 'unreachable')
    return { kind: 'refused', text: words.views.unreachable, faults: noFaults }
  const faults = faultsOf(answer.problem, fields)
  return {
    kind: 'refused',
    text: faults.rest === null ? null : words.views.refused(faults.rest),
    faults
  }
}
