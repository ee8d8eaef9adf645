// What is typed into a form and not sent. It outlives a look at another view, a refusal and a lost
// link, and goes with the page.

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { Answer } from '../http/answers.ts'
import type { TypedKind } from '../shown/typed-kinds.ts'
import { type Faults, faultsOf, noFaults } from '../upkeep/field-faults.ts'
import { words } from '../words/words.ts'
import { announce } from './announcements.ts'
import { isLive } from './console-state.ts'
import { onOtherKey, onOtherPerson } from './session/of-key.ts'
import { holdTyped } from './session/typed.ts'

export interface FormDraft<T> {
  /** What the form shows. */
  readonly typed: Signal<T>
  readonly change: (members: Partial<T>) => void
  /** Drops what was typed. */
  readonly clear: () => void
  /**
   * Shows another one that this form is for: as it was left, else as given. What was typed in the
   * one before is kept.
   */
  readonly show: (draft: T) => void
  /** Drops what was typed of this one, and shows it as given if it is the one that is shown. */
  readonly restart: (draft: T) => void
  /**
   * `sent` was taken. What was typed in the form meanwhile stays, as `onward` makes it; else the
   * form shows `next`, by default what it begins with. Whether nothing was typed meanwhile.
   */
  readonly settle: (sent: T, next?: T, onward?: (later: T) => T) => boolean
  /** What was typed of the one with this key and not sent; undefined: nothing. */
  readonly typedOf: (key: string) => T | undefined
  /** Drops that. */
  readonly drop: (key: string) => void
  /** Others that were typed in and not sent, the one that was left first first. */
  readonly left: ReadonlySignal<readonly T[]>
}

/**
 * `kind` names it to who may lose it. `begin` makes what the form shows before anything was typed.
 * `keyOf` tells apart what a form is for, one at a time: each rule has its own text.
 */
export function formDraft<T extends object>(
  kind: TypedKind,
  begin: () => T,
  keyOf: (draft: T) => string = () => ''
): FormDraft<T> {
  const typed = signal<T>(begin())
  const others = signal<ReadonlyMap<string, T>>(new Map())
  let isChanged = false
  holdTyped(kind, () => (typed.value && isChanged ? 1 : 0) + others.value.size)
  const put = (draft: T, isTyped: boolean) => {
    typed.value = draft
    isChanged = isTyped
  }
  const isShown = (draft: T) => keyOf(draft) === keyOf(typed.peek())
  const setOther = (key: string, draft: T | undefined) => {
    const next = new Map(others.peek())
    next.delete(key)
    if (draft !== undefined) next.set(key, draft)
    others.value = next
  }
  onOtherKey(() => {
    // What is shown and not typed is of what the key before was told.
    if (!isChanged) put(begin(), false)
  })
  onOtherPerson(() => {
    others.value = new Map()
    put(begin(), false)
  })
  return {
    typed,
    left: computed(() => [...others.value.values()]),
    change: members => put({ ...typed.value, ...members }, true),
    clear: () => put(begin(), false),
    show: draft => {
      if (isShown(draft)) return
      const before = typed.peek()
      if (isChanged) setOther(keyOf(before), before)
      const left = others.peek().get(keyOf(draft))
      setOther(keyOf(draft), undefined)
      put(left ?? draft, left !== undefined)
    },
    restart: draft => {
      if (isShown(draft)) put(draft, false)
      else setOther(keyOf(draft), undefined)
    },
    typedOf: key => {
      const shown = typed.value
      if (keyOf(shown) === key) return isChanged ? shown : undefined
      return others.value.get(key)
    },
    drop: key => {
      if (keyOf(typed.peek()) === key) put(begin(), false)
      else setOther(key, undefined)
    },
    settle: (sent, next = begin(), onward = later => later) => {
      const key = keyOf(sent)
      const later = isShown(sent) ? typed.peek() : others.peek().get(key)
      // Drafts are replaced, never changed: the same object is what was sent.
      const isSame = later === sent || later === undefined
      if (isShown(sent)) put(isSame ? next : onward(typed.peek()), !isSame)
      else {
        setOther(key, undefined)
        if (!isSame) {
          const onwards = onward(later)
          setOther(keyOf(onwards), onwards)
        }
      }
      return isSame
    }
  }
}

export type SendState =
  | { readonly kind: 'idle' | 'asking' }
  | { readonly kind: 'done'; readonly text: string }
  | { readonly kind: 'refused'; readonly text: string | null; readonly faults: Faults }

export interface Sending {
  readonly state: Signal<SendState>
  /**
   * Something else is shown now: what becomes of what was sent before is announced, and not shown
   * beside it.
   */
  readonly forget: () => void
  /**
   * False while the page is not live, for what rests on what is shown: then nothing is sent, and
   * that is told.
   */
  readonly canSend: ReadonlySignal<boolean>
  /** Resolves to what was answered, or null if it was not taken. */
  readonly send: <T>(
    ask: () => Promise<Answer<T>>,
    done: (body: T) => string
  ) => Promise<{ readonly body: T } | null>
}

/**
 * Sends forms and tells the outcome in words. `fields`: those beside which faults are told.
 * `restsOnSeen`: it is decided by what the page shows, as every act on an alert is, and may be
 * wrong by what others have done since.
 */
export function sending(fields: readonly string[] = [], { restsOnSeen = false } = {}): Sending {
  const state = signal<SendState>({ kind: 'idle' })
  const canSend = computed(() => !restsOnSeen || isLive.value)
  let turn = 0
  const send: Sending['send'] = async (ask, done) => {
    turn += 1
    const own = turn
    // A button that was there before the page went stale may still be pressed.
    if (!canSend.peek()) {
      state.value = { kind: 'refused', text: words.stale.actsWait, faults: noFaults }
      announce(words.stale.actsWait)
      return null
    }
    state.value = { kind: 'asking' }
    const answer = await ask()
    const next = outcomeOf(answer, done, fields)
    if (own === turn) state.value = next
    if (next.kind === 'done' || next.kind === 'refused')
      announce(next.text ?? words.views.faultsBelow)
    return answer.kind === 'ok' ? { body: answer.body } : null
  }
  const forget = () => {
    turn += 1
    state.value = { kind: 'idle' }
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
