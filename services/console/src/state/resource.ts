// What a view asks the suite for, and keeps asking while it is shown. What was answered stays when a later answer fails.

import { type Signal, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Answer } from '../http/answers.ts'

export interface Asked<T> {
  /** Null: not answered yet. */
  readonly body: T | null
  /** Why the last question was not answered; null if it was. */
  readonly failure: 'unreachable' | { readonly detail: string; readonly status: number } | null
}

export interface Resource<T> {
  readonly state: Signal<Asked<T>>
  readonly load: () => Promise<void>
}

export function resource<T>(ask: () => Promise<Answer<T>>): Resource<T> {
  const state = signal<Asked<T>>({ body: null, failure: null })
  let asked = 0
  const load = async () => {
    asked += 1
    const turn = asked
    const answer = await ask()
    // A later question was asked meanwhile: its answer counts.
    if (turn !== asked) return
    if (answer.kind === 'ok') state.value = { body: answer.body, failure: null }
    else if (answer.kind === 'unreachable') state.value = { ...state.peek(), failure: 'unreachable' }
    else {
      const { detail, status } = answer.problem
      state.value = { body: status === 404 ? null : state.peek().body, failure: { detail, status } }
    }
  }
  return { state, load }
}

/** Asks at once and then every so often, while the view is shown and its tab is looked at. */
export function useAsking(load: () => Promise<void>, everyMs: number, on: readonly unknown[] = []): void {
  useEffect(() => {
    void load()
    const timer = setInterval(() => {
      if (!document.hidden) void load()
    }, everyMs)
    return () => clearInterval(timer)
  }, on)
}
