// What a view asks the suite for, and keeps asking while it is shown. What was answered stays when a later answer fails.

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Answer } from '../http/answers.ts'
import type { Page } from '../http/suite.ts'
import { onOtherKey } from './session/of-key.ts'

export interface Asked<T> {
  /** Null: not answered yet, or no longer told. */
  readonly body: T | null
  /** Why the last question was not answered; null if it was. */
  readonly failure: 'unreachable' | { readonly detail: string; readonly status: number } | null
  /** When the body was told, ms; null without one. */
  readonly toldAtMs: number | null
}

export interface Resource<T> {
  readonly state: Signal<Asked<T>>
  readonly load: () => Promise<void>
  /** Something else is shown now: what was asked before is not taken any more. */
  readonly forget: () => void
}

const nothing = { body: null, failure: null, toldAtMs: null }

export function resource<T>(ask: () => Promise<Answer<T>>, clock: () => number = () => Date.now()): Resource<T> {
  const state = signal<Asked<T>>(nothing)
  let asked = 0
  /** The last question of which the answer was taken. */
  let taken = 0
  const load = async () => {
    asked += 1
    const turn = asked
    const answer = await ask()
    // A later one was answered before it. One that is merely asked does not count: on a slow link there always is one.
    if (turn <= taken) return
    taken = turn
    state.value = after(state.peek(), answer, clock())
  }
  const forget = () => {
    taken = asked
    state.value = nothing
  }
  onOtherKey(forget)
  return { state, load, forget }
}

function after<T>(before: Asked<T>, answer: Answer<T>, nowMs: number): Asked<T> {
  if (answer.kind === 'ok') return { body: answer.body, failure: null, toldAtMs: nowMs }
  if (answer.kind === 'unreachable') return { ...before, failure: 'unreachable' }
  const { detail, status } = answer.problem
  // It is not there, or not for this caller: what was told before is not shown on.
  const isOver = status === 403 || status === 404
  return { ...(isOver ? nothing : before), failure: { detail, status } }
}

export interface Pages<T> extends Resource<Page<T>> {
  /** Of the first page, which is asked for again and again, and of older ones that were asked for by hand. They may overlap. */
  readonly all: ReadonlySignal<readonly T[]>
  /** What continues it; null: nothing does. */
  readonly next: ReadonlySignal<string | null>
  readonly loadOlder: () => Promise<void>
}

/** `ask`: null asks for the first page. */
export function pagesOf<T>(ask: (cursor: string | null) => Promise<Answer<Page<T>>>): Pages<T> {
  const first = resource(() => ask(null))
  const older = signal<Page<T> | null>(null)
  const all = computed(() => [...(first.state.value.body?.items ?? []), ...(older.value?.items ?? [])])
  const next = computed(() => (older.value === null ? (first.state.value.body?.next ?? null) : older.value.next))
  let lives = 0
  const loadOlder = async () => {
    const [cursor, life] = [next.peek(), lives]
    if (cursor === null) return
    const answer = await ask(cursor)
    // Pressed twice, or something else is shown now.
    if (answer.kind !== 'ok' || life !== lives || next.peek() !== cursor) return
    older.value = { items: [...(older.peek()?.items ?? []), ...answer.body.items], next: answer.body.next }
  }
  const forget = () => {
    lives += 1
    older.value = null
    first.forget()
  }
  onOtherKey(forget)
  return { state: first.state, load: first.load, forget, all, next, loadOlder }
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
