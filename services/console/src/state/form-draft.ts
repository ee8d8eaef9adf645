// What is typed into a form and not sent. It outlives a look at another view, a refusal and a lost link, and goes with the page.

import { type Signal, signal } from '@preact/signals'
import type { Answer } from '../http/answers.ts'
import { type Faults, faultsOf, noFaults } from '../upkeep/field-faults.ts'
import { words } from '../words/words.ts'
import { announce } from './announcements.ts'

export interface FormDraft<T> {
  readonly typed: Signal<T>
  readonly change: (members: Partial<T>) => void
  readonly clear: () => void
}

const changed: (() => boolean)[] = []

/** While this holds, a browser asks before it leaves the page: something typed would be lost with it. */
export function guardPage(isChanged: () => boolean): void {
  changed.push(isChanged)
}

/** `begin` makes what the form shows before anything was typed. */
export function formDraft<T extends object>(begin: () => T): FormDraft<T> {
  const typed = signal<T>(begin())
  let isChanged = false
  guardPage(() => isChanged)
  return {
    typed,
    change: members => {
      isChanged = true
      typed.value = { ...typed.value, ...members }
    },
    clear: () => {
      isChanged = false
      typed.value = begin()
    }
  }
}

addEventListener('beforeunload', event => {
  if (changed.some(isChanged => isChanged())) event.preventDefault()
})

export type SendState =
  | { readonly kind: 'idle' | 'asking' }
  | { readonly kind: 'done'; readonly text: string }
  | { readonly kind: 'refused'; readonly text: string | null; readonly faults: Faults }

export interface Sending {
  readonly state: Signal<SendState>
  /** Something else is shown now: what becomes of what was sent before is announced, and not shown beside it. */
  readonly forget: () => void
  /** Resolves to what was answered, or null if it was not taken. */
  readonly send: <T>(ask: () => Promise<Answer<T>>, done: (body: T) => string) => Promise<{ readonly body: T } | null>
}

/** Sends forms and tells the outcome in words. `fields`: those beside which faults are told. */
export function sending(fields: readonly string[] = []): Sending {
  const state = signal<SendState>({ kind: 'idle' })
  let turn = 0
  const send: Sending['send'] = async (ask, done) => {
    turn += 1
    const own = turn
    state.value = { kind: 'asking' }
    const answer = await ask()
    const next = outcomeOf(answer, done, fields)
    if (own === turn) state.value = next
    if (next.kind === 'done' || next.kind === 'refused') announce(next.text ?? words.views.faultsBelow)
    return answer.kind === 'ok' ? { body: answer.body } : null
  }
  const forget = () => {
    turn += 1
    state.value = { kind: 'idle' }
  }
  return { state, send, forget }
}

function outcomeOf<T>(answer: Answer<T>, done: (body: T) => string, fields: readonly string[]): SendState {
  if (answer.kind === 'ok') return { kind: 'done', text: done(answer.body) }
  if (answer.kind === 'unreachable') return { kind: 'refused', text: words.views.unreachable, faults: noFaults }
  const faults = faultsOf(answer.problem, fields)
  return { kind: 'refused', text: faults.rest === null ? null : words.views.refused(faults.rest), faults }
}
